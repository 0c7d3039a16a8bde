# Wants half a frame to be taken for a whole one.
# outcome: error
# with: frames
import os

send(frame({"op": "result", "ok": True}, b'"half"')[:-3])
os._exit(0)
