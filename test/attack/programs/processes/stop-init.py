# Wants PID 1 to be stopped, so that nobody reports its end.
# outcome: error SystemExit
import os
import signal

for number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN):
    os.kill(1, number)
os._exit(3)
