# Wants parsers of the kernel that sockets can have put on top: TLS on TCP, packet filters, IPsec in UDP.
# outcome: ok
# result: {}
import errno
import socket

SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF, SO_ATTACH_REUSEPORT_EBPF = 26, 50, 51, 52
TCP_ULP, UDP_ENCAP = 31, 100
server = socket.create_server(("127.0.0.1", 0))
tcp = socket.create_connection(server.getsockname())
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
attempts = {
    "tls": (tcp, socket.IPPROTO_TCP, TCP_ULP, b"tls\0"),
    "tls keys": (tcp, 282, 1, bytes(40)),
    "smc": (tcp, socket.IPPROTO_TCP, TCP_ULP, b"smc\0"),
    "filter": (udp, socket.SOL_SOCKET, SO_ATTACH_FILTER, bytes(16)),
    "program": (udp, socket.SOL_SOCKET, SO_ATTACH_BPF, bytes(4)),
    "choice by filter": (udp, socket.SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, bytes(16)),
    "choice by program": (udp, socket.SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, bytes(4)),
    "ipsec": (udp, socket.IPPROTO_UDP, UDP_ENCAP, (2).to_bytes(4, "little")),
}
result = {}
for name, (one, level, option, value) in attempts.items():
    try:
        one.setsockopt(level, option, value)
        result[name] = "done"
    except OSError as error:
        if error.errno != errno.EPERM:
            result[name] = errno.errorcode[error.errno]
