# Wants the server's thread for names without end: lists of a large catalog, all asked for at once.
# outcome: timeout
# timeout_ms: 4000
# with: frames
import os
import threading


def read():
    while os.read(3, 1 << 20):
        pass


threading.Thread(target=read, daemon=True).start()
while True:
    send(frame({"op": "query", "id": 1, "kind": "list"}) * 4_000)
