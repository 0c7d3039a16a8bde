# Takes a core until its time is over.
# outcome: timeout Timeout
# timeout_ms: 400
while True:
    pass
