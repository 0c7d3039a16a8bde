# Leaves children that would go on for ever, one of them in a session of its own and deaf to signals.
# outcome: ok
# result: "@N@"
import os
import signal
import time

for session in (False, True):
    if os.fork() == 0:
        if session:
            os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        while True:
            time.sleep(600)
result = "@N@"
