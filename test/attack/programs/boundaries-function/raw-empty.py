# Wants the caller to choke on a result without a body.
# outcome: value | error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b""))
