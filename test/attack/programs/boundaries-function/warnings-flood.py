# Wants to flood the execution's warnings.
# outcome: value | error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True, "warnings": ["w" * 2_000 + str(n) for n in range(50)]}, b"1"))
