# Wants a function as a result.
# outcome: error
result = {"f": print}
