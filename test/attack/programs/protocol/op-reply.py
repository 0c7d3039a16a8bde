# Wants to answer calls as the server does.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "reply", "id": 1, "ok": True}, b'"mine"'))
time.sleep(60)
