# Wants the server's stack: a header of nested lists.
# outcome: error ProtocolError
# with: frames
import time

send(frame(b'{"op":"result","ok":true,"error":' + b"[" * 400_000 + b"]" * 400_000 + b"}"))
time.sleep(60)
