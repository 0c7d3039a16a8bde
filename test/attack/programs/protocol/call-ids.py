# Wants the server to mix up calls: ids that are used twice, negative, enormous, no numbers.
# outcome: error ProtocolError
# with: frames
import time

for number in (1, 1, 2**53 - 1, -1, 0, 1.5, 2**70, "1", None):
    send(frame({"op": "call", "id": number, "function": "nobody.home"}, b"{}"))
time.sleep(60)
