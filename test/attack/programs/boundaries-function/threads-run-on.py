# Wants its threads to speak after it has returned: with results for the calls that come.
# outcome: value | error ProtocolError
# result: "returned"
# with: frames
import threading
import time


def talk():
    time.sleep(0.3)
    send(frame({"op": "result", "id": 1, "ok": True}, b'"forged"'))
    send(frame({"op": "result", "id": 3, "ok": True}, b'"forged"'))


def main():
    threading.Thread(target=talk).start()
    return "returned"
