# Wants a socket file of the host: the server's own, Docker's, systemd's.
# outcome: ok
# result: []
import socket

result = []
for path in ("@SOCKET@", "@DATA@/brig.sock", "/run/docker.sock", "/var/run/docker.sock", "/run/systemd/private", "/run/dbus/system_bus_socket", "/dev/log"):
    client = socket.socket(socket.AF_UNIX)
    try:
        client.connect(path)
        result.append(path)
    except OSError:
        pass
