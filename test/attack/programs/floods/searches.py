# Wants the server's thread for searches: each has all the words that a query may have, and the catalog is large.
# outcome: timeout
# timeout_ms: 4000
# with: frames
import os
import threading


def read():
    while os.read(3, 1 << 20):
        pass


threading.Thread(target=read, daemon=True).start()
words = "pa or cu fi by re co da st wi al se fu ser pag find customer order region what country status date 1 2 3 4 5 6 7 8 9"
while True:
    send(frame({"op": "query", "id": 1, "kind": "search", "query": words, "limit": 50}) * 1_000)
