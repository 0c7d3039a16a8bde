# Wants the process table full of dead children that nobody collects.
# outcome: ok
# result: "done"
import os

for _ in range(2000):
    try:
        if os.fork() == 0:
            os._exit(0)
    except BlockingIOError:
        break
result = "done"
