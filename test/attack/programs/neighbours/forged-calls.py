# Wants another namespace's function, with call frames of its own making.
# outcome: ok
# result: []
# with: frames
import json
import os
import select

result = []
names = ("vault.reveal", "neighbour.vault.reveal", "neighbour/vault.reveal", "2.vault.reveal", "vault.reveal\0")
for number, name in enumerate(names):
    send(frame({"op": "call", "id": 1000 + number, "function": name, "namespace": "neighbour", "namespaceId": 2}, b"{}"))
answers = b""
while select.select([3], [], [], 0.5)[0]:
    answers += os.read(3, 65536)
while answers:
    head, body = int.from_bytes(answers[:4], "big"), int.from_bytes(answers[4:8], "big")
    header = json.loads(answers[8 : 8 + head])
    if header.get("ok"):
        result.append(header)
    answers = answers[8 + head + body :]
