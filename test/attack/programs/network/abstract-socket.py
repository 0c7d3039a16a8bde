# Wants an abstract UNIX socket of the host, which no mount hides.
# outcome: ok
# result: []
import socket

result = []
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    client = socket.socket(socket.AF_UNIX, kind)
    for name in ("\0@ABSTRACT@", "\0/tmp/.X11-unix/X0", "\0@/containerd-shim"):
        try:
            client.connect(name)
            result.append(name)
        except OSError:
            pass
