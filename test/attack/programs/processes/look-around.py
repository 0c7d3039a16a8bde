# Wants to know every process of the host, with its arguments and environment.
# outcome: ok
import os

seen = {}
for pid in os.listdir("/proc"):
    if pid.isdigit():
        for name in ("cmdline", "environ", "status", "cgroup", "mountinfo"):
            try:
                with open(f"/proc/{pid}/{name}") as file:
                    seen[f"{pid} {name}"] = file.read()[:2000]
            except OSError:
                pass
result = seen
