# Wants the function's process while it works: environment, arguments, memory, descriptors, folders.
# outcome: ok
# result: []
import os
import threading
import time

from functions import vault

worker = threading.Thread(target=vault.slow)
worker.start()
result = []
end = time.monotonic() + 1
while time.monotonic() < end:
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline", "maps", "fd", "root/tmp", "cwd"):
            path = f"/proc/{pid}/{name}"
            try:
                found = os.listdir(path) if os.path.isdir(path) else [open(path).read()]
            except OSError:
                continue
            result += [path for text in found if "canary-" in text or "of-the-function" in text or "/usr/bin/sleep" in text]
worker.join()
