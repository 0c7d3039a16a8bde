# Wants the system calls of x32, whose numbers a filter may not know.
# outcome: killed Killed
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
result = libc.syscall(ctypes.c_long(0x40000000 + 39))
