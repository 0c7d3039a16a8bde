# Wants a child to answer in the place of its parent.
# outcome: ok | error
# with: frames
import os

if os.fork() == 0:
    try:
        send(frame({"op": "result", "ok": True}, b'"child"'))
    except OSError:
        pass
    os._exit(0)
os.wait()
result = "parent"
