# Wants to answer a question that nobody asked.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "inspected", "ok": True, "description": "x", "input_schema": {}, "output_schema": None, "parameters": []}))
time.sleep(60)
