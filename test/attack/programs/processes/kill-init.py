# Wants PID 1 of its jail gone, and to be alone with the kernel.
# outcome: ok
# result: "still here"
import os

for number in range(1, 65):
    try:
        os.kill(1, number)
    except OSError:
        pass
result = "still here"
