# Wants the server's memory in answers to searches that it never reads.
# outcome: timeout
# timeout_ms: 4000
# with: frames
# busy: the server works on searches as fast as it can
number = 0
while True:
    batch = b""
    for _ in range(500):
        number += 1
        batch += frame({"op": "query", "id": number, "kind": "describe", "name": "n" * 190})
    send(batch)
