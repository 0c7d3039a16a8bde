# Wants two answers for one id, and answers to ids of nobody.
# outcome: ok
# result: 4
# with: frames
import os
import select

for number in (5, 5, 2**53 - 1, 1):
    send(frame({"op": "call", "id": number, "function": "echo.back"}, b"{}"))
result = 0
answers = b""
while result < 4 and select.select([3], [], [], 10)[0]:
    answers += os.read(3, 65536)
    result = answers.count(b'"reply"')
