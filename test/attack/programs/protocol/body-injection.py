# Wants to write its own fields into the answer around its result.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "result", "ok": True}, b'1,"status":"killed","id":"exe_x"'))
time.sleep(60)
