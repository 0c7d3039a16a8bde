# Wants its end to look like a timeout or a shortage of memory.
# outcome: killed Killed
import os

os.kill(os.getpid(), 9)
