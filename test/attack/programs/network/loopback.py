# Wants a service on the host's loopback, by number, by name and by odd spellings.
# outcome: ok
# result: []
import socket

names = "127.0.0.1 localhost 0.0.0.0 0 127.1 2130706433 0x7f000001 0177.0.0.1 ::1 :: ::ffff:127.0.0.1 @HOST_ADDRESSES@ sandbox"
result = []
for name in names.split():
    for port in (@TCP_PORT@, @SERVER_PORT@):
        try:
            socket.create_connection((name, port), timeout=0.3).close()
            result.append([name, port])
        except OSError:
            pass
