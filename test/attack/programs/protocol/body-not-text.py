# Wants a result that is no text.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "result", "ok": True}, b'"\xff\xfe\xc0\x80"'))
time.sleep(60)
