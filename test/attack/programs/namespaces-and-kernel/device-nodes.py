# Wants a device of its own: the host's memory or disk under a new name.
# outcome: ok
# result: ["EPERM", "EPERM", "EPERM", "EPERM"]
# with: syscall
character, block = 0o020666, 0o060666
result = [call("mknod", b"/tmp/mem", character, 1 << 8 | 1), call("mknod", b"/tmp/disk", block, 8 << 8)]
result += [call("mknodat", -100, b"/work/mem", character, 1 << 8 | 1), call("mknod", b"/tmp/fifo", 0o010666, 0)]
