# Wants a network interface: to bring one up, to give it an address, to find one.
# outcome: ok
# result: []
import fcntl
import socket
import struct

control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
set_flags, set_address, add_route, bridge, tunnel = 0x8914, 0x8916, 0x890B, 0x89A0, 0x400454CA
result = []
for request in (set_flags, set_address, add_route, bridge, tunnel):
    try:
        fcntl.ioctl(control, request, struct.pack("16sh22x", b"eth0", 1))
        result.append(hex(request))
    except OSError:
        pass
with open("/proc/self/net/dev") as file:
    result += [line.split(":")[0].strip() for line in file.readlines()[2:] if line.split(":")[0].strip() != "lo"]
