# Wants a deadlock: fills stderr while stdout stays silent.
# outcome: ok
# result: "done"
import sys

line = "x" * 65536
for _ in range(1600):
    sys.stderr.write(line)
result = "done"
