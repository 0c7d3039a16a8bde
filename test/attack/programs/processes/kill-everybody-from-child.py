# Wants its child to end everything around it.
# outcome: killed Killed
import os
import signal
import time

if os.fork() == 0:
    os.kill(-1, signal.SIGKILL)
time.sleep(5)
