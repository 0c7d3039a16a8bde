# Wants namespaces of its own, where it would be root.
# outcome: ok
# result: ["EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM", "EPERM"]
# with: syscall
user, mnt, pid, net, ipc, uts, cgroup, time = 1 << 28, 1 << 17, 1 << 29, 1 << 30, 1 << 27, 1 << 26, 1 << 25, 1 << 7
result = [call("unshare", flag) for flag in (user, user | mnt, pid, net, ipc, uts, cgroup, time)]
