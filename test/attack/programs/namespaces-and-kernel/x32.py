# Wants the system calls of x32, whose numbers a filter may not know.
# outcome: killed Killed | ok
# result: null
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
got = libc.syscall(ctypes.c_long(0x40000000 + 39))
result = None if got < 0 else got
