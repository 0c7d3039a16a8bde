# Wants every thread of the machine.
# outcome: ok
# result: true
import threading
import time

started = 0
try:
    for _ in range(10_000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
except RuntimeError:
    pass
result = started < 70
