# Wants to answer for the whole program, whose result has no id.
# outcome: error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "ok": True, "warnings": []}, b'"forged"'))
