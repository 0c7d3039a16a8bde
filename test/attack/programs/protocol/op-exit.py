# Wants an exit that is no exit, with a code that is no number.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "exit", "code": "137"}))
time.sleep(60)
