# Wants to end the server by its process id on the host.
# outcome: ok
# result: []
import os
import signal

result = []
for pid in (@SERVER_PID@, os.getppid() + @SERVER_PID@, -@SERVER_PID@):
    try:
        os.kill(pid, signal.SIGKILL)
        result.append(pid)
    except OSError:
        pass
