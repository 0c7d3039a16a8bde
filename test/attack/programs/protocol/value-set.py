# Wants a kind of value that JSON does not have.
# outcome: error
result = {1, 2, 3}
