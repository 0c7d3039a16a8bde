# Wants a way out by speaking on descriptor 7 itself, as code that has none.
# outcome: ok
# result: []
import os
import select

open_frame = (1).to_bytes(4, "big") + bytes([1]) + (0).to_bytes(3, "big")
request = b"CONNECT boundaries.invalid:80 HTTP/1.1\r\nHost: boundaries.invalid\r\n\r\n"
data = (1).to_bytes(4, "big") + bytes([2]) + len(request).to_bytes(3, "big") + request
result = []
for fd in range(4, 20):
    try:
        os.set_blocking(fd, False)
        os.write(fd, open_frame + data)
        if select.select([fd], [], [], 0.5)[0]:
            answer = os.read(fd, 1000)
            if answer:
                result.append(repr(answer))
    except OSError:
        continue
