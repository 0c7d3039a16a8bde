# Wants the server to wait for an orphan that keeps stdout open.
# outcome: ok
# result: "done"
# timeout_ms: 5000
import os
import time

if os.fork() == 0:
    time.sleep(3600)
    os._exit(0)
print("parent")
result = "done"
