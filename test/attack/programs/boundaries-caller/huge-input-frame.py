# Wants to drown the server past the runner's own check of an input's size.
# outcome: error ProtocolError
# with: frames
send(frame({"op": "call", "id": 1, "function": "echo.back"}, b'{"text":"' + b"x" * 20_000_000 + b'"}'))
import time

time.sleep(20)
