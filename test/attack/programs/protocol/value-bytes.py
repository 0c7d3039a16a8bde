# Wants bytes as text.
# outcome: error
result = {"a": b"\xff"}
