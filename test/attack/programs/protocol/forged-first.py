# Wants to be rid of its runner: sends a result of its own, then runs on.
# outcome: ok
# result: "forged"
# with: frames
import time

send(frame({"op": "result", "ok": True, "warnings": []}, b'"forged"'))
time.sleep(60)
