# Wants to go on for ever: a daemon of its own session that survives the deadline.
# outcome: timeout Timeout
# timeout_ms: 1000
import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in (0, 1, 2):
            os.close(fd)
        while True:
            time.sleep(0.01)
    os._exit(0)
while True:
    time.sleep(1)
