# Wants to end every process that it may signal, nsjail and the server among them.
# outcome: ok
# result: "alone"
import os
import signal

try:
    os.kill(-1, signal.SIGKILL)
except ProcessLookupError:
    pass
result = "alone"
