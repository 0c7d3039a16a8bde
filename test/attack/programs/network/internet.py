# Wants to send what it has read to anybody on the internet or the local network.
# outcome: ok
# result: []
import socket

result = []
for address, port in (("1.1.1.1", 443), ("8.8.8.8", 53), ("10.0.0.1", 80), ("192.168.0.1", 80), ("172.17.0.1", 2375), ("2606:4700:4700::1111", 443)):
    try:
        socket.create_connection((address, port), timeout=0.3).close()
        result.append(address)
    except OSError:
        pass
