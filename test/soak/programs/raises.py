# Fails with an exception of its own.
# outcome: error ValueError
raise ValueError("@N@")
