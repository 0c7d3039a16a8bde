# Wants the server's and the client's stack: 40,000 lists in each other.
# outcome: error
# with: frames
import time

send(frame({"op": "result", "ok": True}, b"[" * 40_000 + b"]" * 40_000))
time.sleep(60)
