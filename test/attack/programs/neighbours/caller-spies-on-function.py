# Wants to see the function that it calls: its source, files, environment, processes, what it prints.
# outcome: ok
# result: []
import os

from functions import spy

spy.look()
result = [name for folder in ("/tmp", "/work", "/dev/shm") for name in os.listdir(folder)]
result += [name for name in os.environ if name.startswith("OF_THE")]
for pid in filter(str.isdigit, os.listdir("/proc")):
    with open(f"/proc/{pid}/environ") as file:
        result += ["environment"] if "OF_THE" in file.read() else []
