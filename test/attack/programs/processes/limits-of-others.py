# Wants to change the limits of PID 1.
# outcome: ok
# result: "EPERM"
# with: syscall
result = call("prlimit64", 1, 7, 0, 0)
