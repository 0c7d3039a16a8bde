# Wants the caller to read a frame inside the body of a result.
# outcome: error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, frame({"op": "reply", "id": 2, "ok": True}, b"1")))
