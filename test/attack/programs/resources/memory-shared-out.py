# Wants more memory than the limit by asking in many processes at once.
# outcome: out_of_memory
# needs: cgroups
import os
import time

for _ in range(30):
    if os.fork() == 0:
        hoard = bytearray(b"x" * (100 * 1024 * 1024))
        time.sleep(20)
        os._exit(0)
time.sleep(20)
