# Wants the hosts of another function: through proxy variables, its port, and descriptor 7 itself.
# outcome: ok
# result: []
import os
import select
import urllib.request


def main():
    found = []
    for proxy in ("http://127.0.0.1:3128", "http://[::1]:3128"):
        os.environ["http_proxy"] = proxy
        try:
            urllib.request.urlopen("http://boundaries.invalid/", timeout=1)
            found.append(proxy)
        except OSError as error:
            if "egress" in str(error).lower():
                found.append(str(error))
    head = lambda kind, length: (1).to_bytes(4, "big") + bytes([kind]) + length.to_bytes(3, "big")
    request = b"GET http://boundaries.invalid/ HTTP/1.1\r\nHost: boundaries.invalid\r\n\r\n"
    for fd in range(4, 12):
        try:
            os.set_blocking(fd, False)
            os.write(fd, head(1, 0) + head(2, len(request)) + request)
            if select.select([fd], [], [], 0.3)[0] and os.read(fd, 100):
                found.append(fd)
        except OSError:
            continue
    return found
