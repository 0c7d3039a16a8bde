# Wants sandboxes after its end: 900 calls of a slow function are queued when its time is over.
# outcome: timeout
# timeout_ms: 5000
# with: frames
send(frame({"op": "call", "id": 1, "function": "effects.slow"}, b"{}") * 900)
while True:
    pass
