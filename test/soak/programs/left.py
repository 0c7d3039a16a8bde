# Works on for a client that goes away.
# outcome: left
# leaves_ms: 300
while True:
    pass
