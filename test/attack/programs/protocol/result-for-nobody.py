# Wants a hosted function to answer a call that was not made.
# outcome: error
# as: function
import json
import os
import time


def main():
    head = json.dumps({"op": "result", "id": 7, "ok": True}).encode()
    os.write(3, len(head).to_bytes(4, "big") + (6).to_bytes(4, "big") + head + b'"mine"')
    time.sleep(5)
