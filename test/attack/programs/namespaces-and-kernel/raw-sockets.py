# Wants to forge packets: raw sockets, ICMP, odd protocols.
# outcome: ok
# result: ["EPERM", "EPERM", "EPERM", "EPERM", "EPERM"]
# with: syscall
result = [call("socket", 2, kind, protocol) for kind, protocol in ((3, 1), (3, 255), (2, 1), (5, 132), (6, 33))]
