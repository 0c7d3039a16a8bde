# Wants what a program can't have from functions of its own: eight of them search at once, without end.
# outcome: timeout
# timeout_ms: 6000
import threading
from functions import effects

threads = [threading.Thread(target=effects.search) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
