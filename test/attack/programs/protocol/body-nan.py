# Wants a number that JSON does not have in the answer.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "result", "ok": True}, b"[NaN, Infinity, -Infinity]"))
time.sleep(60)
