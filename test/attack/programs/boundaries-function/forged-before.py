# Wants a result to stand that was sent before it was called: while its source was loaded.
# outcome: error ProtocolError | value
# result: "honest"
# with: frames
send(frame({"op": "result", "id": 2, "ok": True}, b'"forged"'))


def main():
    return "honest"
