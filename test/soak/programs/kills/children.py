# Adds numbers up in processes of its own.
# outcome: ok
# result: "@SUM@"
import os
import time

pipes = []
for step in range(4):
    out, into = os.pipe()
    if os.fork() == 0:
        time.sleep(0.1)
        os.write(into, str(sum(range(step, @N@ + 1, 4))).encode())
        os._exit(0)
    os.close(into)
    pipes.append(out)
# What does not arrive is missing, and int() of nothing is an error.
result = str(sum(int(os.read(out, 100)) for out in pipes))
