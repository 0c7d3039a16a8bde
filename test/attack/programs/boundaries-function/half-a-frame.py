# Wants the caller to wait for ever: half a result, then silence.
# outcome: error Timeout
# timeout_ms: 1500
# with: frames


def main():
    send(frame({"op": "result", "id": 1, "ok": True}, b'"' + b"x" * 1000 + b'"')[:500])
    import time

    time.sleep(30)
