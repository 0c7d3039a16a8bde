# Wants the secret in any memory or core that it can open.
# outcome: ok
# result: []
import os
import re


def main():
    found = []
    for pid in range(1, 200):
        try:
            with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
                for line in maps:
                    first, last = (int(end, 16) for end in line.split()[0].split("-"))
                    try:
                        memory.seek(first)
                        if re.search(rb"canary-[0-9a-f]{24}", memory.read(last - first)):
                            found.append(line)
                    except (OSError, ValueError, OverflowError):
                        continue
        except OSError:
            continue
    for path in ("/proc/kcore", "/proc/kmsg", "/dev/mem"):
        if os.path.exists(path) and os.access(path, os.R_OK):
            found.append(path)
    return found
