# Adds numbers up for a while.
# outcome: ok
# result: "@SUM@"
import time

total = 0
for step in range(20):
    total += sum(range(step, @N@ + 1, 20))
    time.sleep(0.01)
result = str(total)
