# Wants a kernel socket with a history: netlink, packets, crypto, virtual machines.
# outcome: ok
# result: {}
# with: syscall
families = {
    "NETLINK": 16, "PACKET": 17, "ALG": 38, "VSOCK": 40, "XDP": 44, "KEY": 15, "RDS": 21, "CAN": 29, "BLUETOOTH": 31,
    "TIPC": 30, "RXRPC": 33, "KCM": 41, "SMC": 43, "QIPCRTR": 42, "IUCV": 32, "NFC": 39, "AX25": 3, "X25": 9,
}  # fmt: skip
got = {name: call("socket", family, kind, 0) for name, family in families.items() for kind in (1, 2, 3, 5)}
result = {name: errno for name, errno in got.items() if errno != "EPERM"}
