# Wants the secret in whatever memory of other processes it can read while the function works.
# outcome: ok
# result: []
import os
import re
import threading

from functions import vault

worker = threading.Thread(target=vault.slow)
worker.start()
result = []
for pid in range(1, 500):
    try:
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
            for line in maps:
                first, last = (int(end, 16) for end in line.split()[0].split("-"))
                memory.seek(first)
                if re.search(rb"canary-[0-9a-f]{24}", memory.read(last - first)):
                    result.append(line)
    except (OSError, ValueError, OverflowError):
        continue
worker.join()
