# Wants every process id of the machine: forks until nothing else can start.
# outcome: timeout
# timeout_ms: 1500
# busy: 64 processes that only spin
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
