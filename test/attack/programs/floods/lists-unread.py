# Wants the server's memory in lists of a large catalog that it never reads.
# outcome: timeout
# timeout_ms: 4000
# with: frames
while True:
    send(frame({"op": "query", "id": 1, "kind": "list"}) * 4_000)
