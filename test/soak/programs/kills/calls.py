# Adds numbers up in functions of both languages, one call after the other.
# outcome: ok
# result: "@SUM@"
from functions import soak

total = 0
for step in range(20):
    add = soak.part if step % 2 else soak.part_ts
    total += add(start=step, end=@N@, step=20)
result = str(total)
