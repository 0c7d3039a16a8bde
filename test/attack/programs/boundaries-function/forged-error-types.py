# Wants the caller to meet an error whose fields are no text.
# outcome: error ProtocolError
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": False, "error": {"type": {"toString": 1}, "message": ["x"]}}))
