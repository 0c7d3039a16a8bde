# Wants the server to look at every result that it says, long after the first: each look reads files.
# outcome: error Mine
# timeout_ms: 4000
# with: frames
said = frame({"op": "result", "ok": False, "error": {"type": "Mine", "message": "m"}, "warnings": []})
while True:
    send(said * 2_000)
