# Wants the host's files by side ways: through /proc, through links, through dots.
# outcome: ok
# result: []
import os

result = []
os.symlink("@CANARY_FILE@", "/tmp/link")
paths = ["/tmp/link", "/proc/self/root@CANARY_FILE@", "/proc/1/root@CANARY_FILE@", "/proc/@SERVER_PID@/root@CANARY_FILE@"]
paths += ["../" * 40 + "@CANARY_FILE@", "/proc/self/cwd/../../../..@CANARY_FILE@", "/proc/1/cwd@CANARY_FILE@"]
paths += [f"/proc/self/fd/{fd}/..@CANARY_FILE@" for fd in range(16)] + [f"/proc/self/task/{os.getpid()}/root@CANARY_FILE@"]
for path in paths:
    try:
        with open(path) as file:
            result.append([path, file.read()])
    except OSError:
        pass
