# Wants the server's thread for descriptions, of functions and of a name that is nearly one.
# outcome: timeout
# timeout_ms: 4000
# with: frames
import os
import threading


def read():
    while os.read(3, 1 << 20):
        pass


threading.Thread(target=read, daemon=True).start()
near = frame({"op": "query", "id": 1, "kind": "describe", "name": "large.find_custmer_orders_by_regon_77"})
while True:
    send((frame({"op": "query", "id": 1, "kind": "describe", "name": "large.find_customer_orders_by_region_77"}) + near) * 1_000)
