# Wants the caller's parser to overflow: a result that nests a hundred thousand levels.
# outcome: error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b"[" * 100_000 + b"]" * 100_000))
