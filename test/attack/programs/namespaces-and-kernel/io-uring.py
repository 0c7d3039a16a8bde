# Wants system calls that no filter sees, through a ring.
# outcome: ok
# result: "ENOSYS"
# with: syscall
result = call("io_uring_setup", 8, bytes(120))
