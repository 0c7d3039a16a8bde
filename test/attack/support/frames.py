import json
import os


def send(data):
    """Writes raw bytes where the runner writes its frames."""
    while data:
        data = data[os.write(3, data) :]


def frame(header, body=b""):
    """A frame as sandbox/PROTOCOL.md describes it."""
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(head).to_bytes(4, "big") + len(body).to_bytes(4, "big") + head + body
