# Wants to be taken for a service of the host: listens on its very port.
# outcome: ok
# result: true
import socket

listening = socket.socket()
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind(("0.0.0.0", @SERVER_PORT@))
listening.listen()
other = socket.socket(socket.AF_UNIX)
other.bind("\0@ABSTRACT@")
other.listen()
# That the names were free shows that they are not the host's.
result = True
