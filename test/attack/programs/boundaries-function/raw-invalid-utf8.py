# Wants the caller to choke on a result that is no UTF-8.
# outcome: value | error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b'"\xff\xfe"'))
