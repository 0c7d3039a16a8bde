# Prints eight megabytes.
# outcome: ok
# result: "@N@"
import os

line = b"no end of it " * 5000
for _ in range(8 * 1024 * 1024 // len(line)):
    os.write(1, line)
result = "@N@"
