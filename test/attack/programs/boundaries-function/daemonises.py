# Wants to live on after its caller: a daemon of its own session that goes on writing results.
# outcome: value | error ProtocolError
# result: "done"
# with: frames
import os
import time


def main():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for _ in range(100):
                time.sleep(0.2)
                try:
                    send(frame({"op": "result", "id": 2, "ok": True}, b'"forged"'))
                except OSError:
                    pass
        os._exit(0)
    return "done"
