# Wants to say what only a runner says at its start.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "ready"}))
time.sleep(60)
