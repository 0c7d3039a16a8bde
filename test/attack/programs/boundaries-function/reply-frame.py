# Wants to write a reply into the caller's stream.
# outcome: error ProtocolError
# with: frames


def main():
    send(frame({"op": "reply", "id": 1, "ok": True}, b'"forged"'))
