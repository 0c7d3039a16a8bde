# Wants an answer without an end.
# outcome: error
result = []
result.append(result)
