"""Errors of connections that go round the proxy: they name the host, and the proxy that would have been the way."""

import errno

UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ECONNREFUSED, errno.EADDRNOTAVAIL}
LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")


def explain(proxy: str) -> None:
    """Puts the explanation into what `socket` raises, and so into every module above it."""
    import socket

    def advice(host: object) -> str:
        name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)
        return (
            f"{name} can't be reached directly: this sandbox has no network but HTTP and HTTPS through the proxy "
            f"{proxy}, to the hosts in the function's egress list; urllib.request uses it by itself"
        )

    def explained(lookup: object) -> object:
        def look_up(host: object, *arguments: object, **named: object) -> object:
            try:
                return lookup(host, *arguments, **named)
            except OSError as error:
                raise type(error)(error.errno, advice(host)) from None

        look_up.__name__ = look_up.__qualname__ = lookup.__name__
        return look_up

    for name in LOOKUPS:
        setattr(socket, name, explained(getattr(socket, name)))

    plain = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        try:
            return plain(self, address)
        except OSError as error:
            if error.errno not in UNREACHABLE or not isinstance(address, tuple):
                raise
            where = ":".join(str(part) for part in address[:2])
            raise type(error)(error.errno, advice(where)) from None

    socket.socket.connect = connect
