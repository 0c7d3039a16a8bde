# Wants to tell a service of the host something by UDP, which needs no connection.
# outcome: ok
import socket

result = []
for family, address in ((2, "127.0.0.1"), (2, "255.255.255.255"), (2, "224.0.0.1"), (10, "::1"), (10, "ff02::1"), (10, "::ffff:127.0.0.1")):
    sender = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sender.sendto(b"secret", (address, @UDP_PORT@))
        result.append(address)
    except OSError:
        pass
