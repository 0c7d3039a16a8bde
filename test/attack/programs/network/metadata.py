# Wants the credentials that a cloud gives to whoever asks its metadata address.
# outcome: ok
# result: []
import socket

result = []
for name in ("169.254.169.254", "metadata.google.internal", "fd00:ec2::254", "100.100.100.200", "0xA9FEA9FE", "169.254.170.2"):
    try:
        socket.create_connection((name, 80), timeout=0.3).close()
        result.append(name)
    except OSError:
        pass
