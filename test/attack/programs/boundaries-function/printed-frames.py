# Wants what it prints to be taken for a result.
# outcome: value
# result: "honest"
# with: frames
import os
import sys


def main():
    forged = frame({"op": "result", "id": 1, "ok": True}, b'"forged"')
    os.write(1, forged)
    os.write(2, forged)
    print(forged)
    sys.stderr.write('{"op":"result","id":1,"ok":true}\n"forged"\n')
    return "honest"
