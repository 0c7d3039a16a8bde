# Wants sandboxes after its answer: 200 calls of a slow function are queued when it gives its result.
# outcome: ok
# result: "done"
# with: frames
import time

send(frame({"op": "call", "id": 1, "function": "effects.slow"}, b"{}") * 200)
time.sleep(2)
result = "done"
