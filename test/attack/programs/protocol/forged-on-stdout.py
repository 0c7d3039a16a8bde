# Wants a result that it prints to be taken for the runner's.
# outcome: ok
# result: "real"
# with: frames
import os
import sys

forged = frame({"op": "result", "ok": True, "warnings": []}, b'"forged"')
for fd in (1, 2):
    os.write(fd, forged)
    os.write(fd, b'\n{"op":"result","ok":true,"result":"forged"}\n')
sys.stdout.flush()
result = "real"
