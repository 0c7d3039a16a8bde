# Wants a number that JSON does not have.
# outcome: error
result = {"a": [1, float("nan")]}
