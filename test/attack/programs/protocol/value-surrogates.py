# Wants half a character in the answer.
# outcome: error
result = ["\ud800", "\udfff\ud800"]
