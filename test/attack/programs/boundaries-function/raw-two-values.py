# Wants the caller to read a second value after its own.
# outcome: error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b'1 2'))
