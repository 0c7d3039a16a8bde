# Wants the server to hold more than a result may have.
# outcome: error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b"[" + b"1," * 6_000_000 + b"1]"))
