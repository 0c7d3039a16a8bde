# Wants the caller to hold a NaN: one in a result of its own making.
# outcome: error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b'[NaN, Infinity]'))
