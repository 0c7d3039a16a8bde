# Wants the server to trim 128 kB of nothing.
# outcome: output_too_large OutputTooLarge
# with: frames
import time

send(frame({"op": "result", "ok": True}, b" " * 131_072 + b"1"))
time.sleep(60)
