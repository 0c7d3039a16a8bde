# Wants a result that breaks the client's parser: words of Python.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "result", "ok": True}, b"{'a': None}"))
time.sleep(60)
