# Wants to be neither running nor ended: stops itself.
# outcome: timeout Timeout
# timeout_ms: 1000
import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
