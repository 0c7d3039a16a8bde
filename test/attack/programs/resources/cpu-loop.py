# Wants a core for ever.
# outcome: timeout Timeout
# timeout_ms: 1000
while True:
    pass
