# Wants a child in a new user and mount namespace, by clone and by clone3.
# outcome: ok
# result: ["EPERM", "EPERM", "ENOSYS"]
# with: syscall
child_dies = 17
result = [call("clone", (1 << 28) | child_dies, 0, 0, 0, 0), call("clone", (1 << 17) | child_dies, 0, 0, 0, 0)]
result.append(call("clone3", bytes(88), 88))
