# Wants to go on for ever after a well-behaved result.
# outcome: ok
# result: "done"
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(3600)
    os._exit(0)
result = "done"
