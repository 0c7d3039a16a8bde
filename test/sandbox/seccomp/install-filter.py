# Asks for a filter that allows everything, by prctl and by seccomp.
import ctypes

SECCOMP, SET_SECCOMP, FILTER = 317, 22, 2
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.argtypes = [ctypes.c_long] * 4


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


allow_all = (6).to_bytes(4, "little") + (0x7FFF0000).to_bytes(4, "little")
program = ctypes.pointer(Program(1, allow_all))
result = {}
for name, call in {
    "prctl": lambda: libc.prctl(SET_SECCOMP, FILTER, program, 0, 0),
    "seccomp": lambda: libc.syscall(SECCOMP, 1, 0, ctypes.cast(program, ctypes.c_void_p).value),
}.items():
    result[name] = ctypes.get_errno() if call() == -1 else 0
