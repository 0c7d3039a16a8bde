# Wants to meet another jail on a socket: abstract names, loopback ports, the proxy of the function that has one.
# outcome: ok
# result: []
import socket

kept = []


def main():
    found = []
    for family, address in ((socket.AF_UNIX, "\0meeting"), (socket.AF_INET, ("127.0.0.1", 3128)), (socket.AF_INET, ("127.0.0.1", 4567))):
        try:
            with socket.socket(family) as one:
                one.settimeout(1)
                one.connect(address)
                found.append(str(address))
        except OSError:
            pass
    if not kept:
        for family, address in ((socket.AF_UNIX, "\0meeting"), (socket.AF_INET, ("127.0.0.1", 4567))):
            one = socket.socket(family)
            one.bind(address)
            one.listen()
            kept.append(one)
    return found
