# Wants to read and write the memory of PID 1 by system calls, and to take its descriptors.
# outcome: ok
# result: ["EPERM", "EPERM", "EPERM", "EPERM"]
# with: syscall
import os

fd = os.pidfd_open(1)
result = [
    call("process_vm_readv", 1, 0, 0, 0, 0, 0),
    call("process_vm_writev", 1, 0, 0, 0, 0, 0),
    call("pidfd_getfd", fd, 4, 0),
    call("kcmp", 1, os.getpid(), 0, 3, 4),
]
