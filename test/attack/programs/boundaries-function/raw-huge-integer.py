# Wants the caller to spend its time on an integer of a million digits.
# outcome: value | error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b"9" * 20_000))
