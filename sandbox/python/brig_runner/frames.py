"""Frames on one descriptor: two lengths, a JSON header, a body."""

import os
from _thread import allocate_lock
from posix import close, read, write

from .json_text import parse, quote_ascii

HEADER_LIMIT = 1 << 20
CHUNK = 1 << 16


class Frames:
    """Reads and writes whole frames. Many threads may write; one at a time may read."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        # What was read so far outlives a read that a signal handler's exception cut short.
        self.buffer = bytearray()
        self.write_lock = allocate_lock()
        self.forked = False
        os.set_inheritable(fd, False)
        os.register_at_fork(after_in_child=self.leave)

    def leave(self) -> None:
        """Lets go of the descriptor in a forked child, whose frames would mix with its parent's."""
        self.forked = True
        try:
            close(self.fd)
        except OSError:
            pass

    def read(self) -> tuple[dict, bytes]:
        """The next frame; EOFError when the server has gone."""
        buffer = self.buffer
        while True:
            size = 8
            if len(buffer) >= 8:
                head = int.from_bytes(buffer[:4], "big")
                if head > HEADER_LIMIT:
                    raise EOFError("the server sent a malformed frame")
                size = 8 + head + int.from_bytes(buffer[4:8], "big")
                if len(buffer) >= size:
                    header = parse(buffer[8 : 8 + head].decode())
                    body = bytes(buffer[8 + head : size])
                    del buffer[:size]
                    return header, body
            chunk = read(self.fd, max(size - len(buffer), CHUNK))
            if not chunk:
                raise EOFError("the server has gone")
            buffer += chunk

    def write(self, header: dict, body: bytes = b"") -> None:
        """Sends one frame whole, whatever happens meanwhile."""
        head = header_text(header).encode("ascii")
        lengths = len(head).to_bytes(4, "big") + len(body).to_bytes(4, "big")
        interrupted = None
        with self.write_lock:
            for part in (lengths + head + body,) if len(body) < CHUNK else (lengths + head, body):
                rest = memoryview(part)
                while rest:
                    try:
                        rest = rest[write(self.fd, rest) :]
                    except OSError:
                        raise
                    except BaseException as error:  # from a signal handler of the user's: half a frame would end the jail
                        interrupted = error
        if interrupted is not None:
            raise interrupted


def header_text(value: object) -> str:
    """JSON text of a header's value: plain objects, lists, strings, integers, booleans, None."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return quote_ascii(value)
    if isinstance(value, dict):
        return "{" + ",".join([quote_ascii(key) + ":" + header_text(item) for key, item in value.items()]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([header_text(item) for item in value]) + "]"
    return repr(value)
