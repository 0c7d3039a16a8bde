# Wants kernel memory in the buffers of sockets that nobody reads.
# outcome: ok
# result: "EMFILE"
import errno
import socket

hoard = []
try:
    while True:
        pair = socket.socketpair()
        hoard.append(pair)
        pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        pair[0].setblocking(False)
        try:
            while True:
                pair[0].send(bytes(65536))
        except BlockingIOError:
            pass
except OSError as error:
    result = errno.errorcode[error.errno]
