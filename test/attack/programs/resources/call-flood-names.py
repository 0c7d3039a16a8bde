# Wants the ledger to grow without end: calls of ever new names.
# outcome: timeout
# timeout_ms: 4000
# with: frames
# busy: the server works on calls as fast as it can
number = 0
while True:
    batch = b""
    for _ in range(500):
        number += 1
        batch += frame({"op": "call", "id": number, "function": f"nobody.home{number}"}, b"{}")
    send(batch)
