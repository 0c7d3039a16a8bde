# Wants to drown the server in 100 MB of output.
# outcome: ok
# result: "done"
import os

line = b"canny text " * 6000
for _ in range(100 * 1024 * 1024 // len(line)):
    os.write(1, line)
result = "done"
