# Wants to say how it ended, in the place of PID 1.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "end", "exit": 0, "signal": None, "cpu_ms": 0, "peak_memory_mb": 0}))
time.sleep(60)
