# Wants to answer a call that is not its own.
# outcome: error ProtocolError
# with: frames


def main():
    for number in (0, 2, 3, 1000):
        send(frame({"op": "result", "id": number, "ok": True}, b'"forged"'))
