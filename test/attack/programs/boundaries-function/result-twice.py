# Wants to answer twice, the second time for the caller's next call.
# outcome: value | error ProtocolError
# result: "first"
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b'"first"') + frame({"op": "result", "id": 2, "ok": True}, b'"second"'))
