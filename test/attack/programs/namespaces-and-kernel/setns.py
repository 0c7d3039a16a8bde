# Wants back into the namespaces of the host or of PID 1.
# outcome: ok
# result: []
# with: syscall
import os

result = []
for pid in (1, "self", @SERVER_PID@):
    for name in ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup"):
        try:
            fd = os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY)
        except OSError:
            continue
        if call("setns", fd, 0) == "done":
            result.append([pid, name])
