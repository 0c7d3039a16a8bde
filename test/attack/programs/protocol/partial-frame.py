# Wants the server to wait for the rest of a frame for ever.
# outcome: timeout Timeout
# timeout_ms: 1500
# with: frames
import time

send(frame({"op": "result", "ok": True}, b'"x"')[:-2])
time.sleep(60)
