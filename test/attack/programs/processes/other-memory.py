# Wants to read and write the memory of PID 1 and of processes of the host.
# outcome: ok
# result: []
import os

result = []
for pid in (1, os.getppid(), @SERVER_PID@):
    for name in ("mem", "maps", "environ", "auxv", "syscall", "stack", "fd/4", "fd/3"):
        for mode in ("rb", "r+b"):
            try:
                with open(f"/proc/{pid}/{name}", mode, buffering=0) as file:
                    result.append([pid, name, mode, file.read(64).hex()])
            except OSError:
                pass
