# Wants the server and the client to read different values under one key.
# outcome: ok
# with: frames
import time

send(frame({"op": "result", "ok": True}, b'{"a":1,"a":2,"__proto__":{"b":1}}'))
time.sleep(60)
