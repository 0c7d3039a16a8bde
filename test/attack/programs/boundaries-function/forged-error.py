# Wants its error to speak in the name of another function, and to be no text.
# outcome: error ValueError | error ProtocolError
# with: frames


def main():
    error = {"type": "ValueError", "message": "x" * 1_000_000, "function": "vault.use", "traceback": "t" * 900_000, "line": 1}
    send(frame({"op": "result", "id": 1, "ok": False, "error": {**error, "message": "x" * 100_000, "traceback": ""}}))
