# Wants to attest a confinement of its own.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "attest", "status": {"NoNewPrivs": "1"}, "mounts": []}))
time.sleep(60)
