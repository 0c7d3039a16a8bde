# Wants to steer PID 1 as its debugger.
# outcome: ok
# result: ["EPERM", "EPERM", "EPERM"]
# with: syscall
attach, seize, traceme = 16, 0x4206, 0
result = [call("ptrace", attach, 1, 0, 0), call("ptrace", seize, 1, 0, 0), call("ptrace", traceme, 0, 0, 0)]
