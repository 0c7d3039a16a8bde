# Wants to reach the server through the descriptors that it was born with.
# outcome: ok | error | output_too_large
import os
import socket

request = b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:@SERVER_PORT@\r\n\r\nCONNECT 127.0.0.1:@TCP_PORT@ HTTP/1.1\r\n\r\n"
for fd in range(4, 16):
    try:
        os.write(fd, request)
    except OSError:
        continue
