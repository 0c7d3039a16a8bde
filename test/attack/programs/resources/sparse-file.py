# Wants a file of a terabyte to cost somebody a terabyte.
# outcome: ok
# result: "held"
import os

with open("/tmp/sparse", "wb") as file:
    try:
        file.truncate(1 << 40)
        file.seek((1 << 40) - 1)
        file.write(b"x")
    except OSError:
        pass
result = "held" if os.stat("/tmp/sparse").st_blocks * 512 < 64 << 20 else "grown"
