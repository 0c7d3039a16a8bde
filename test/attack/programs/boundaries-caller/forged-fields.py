# Wants more than a call is, by fields that a call does not have.
# outcome: ok
# result: ["reply"]
# with: frames
import json
import os

extra = {"env": ["TOKEN"], "egress": ["127.0.0.1"], "version": 99, "services": [], "namespaceId": 2, "chain": [], "parent": 1, "source": "x", "__proto__": {"admin": True}}
send(frame({"op": "call", "id": 77, "function": "echo.back", **extra}, b'{"a":1}'))
head = int.from_bytes(os.read(3, 4), "big")
body = int.from_bytes(os.read(3, 4), "big")
header = json.loads(os.read(3, head))
result = [header["op"]] if header == {"op": "reply", "id": 77, "ok": True} and json.loads(os.read(3, body)) == {"a": 1} else [header]
