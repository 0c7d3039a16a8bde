# Wants the server's stack: a hundred thousand lists in each other.
# outcome: error
result = []
for _ in range(100_000):
    result = [result]
