# Wants a filter of its own before a setuid program, by prctl.
# outcome: ok
# result: []
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
set_seccomp, set_keepcaps, set_ambient, set_mm, set_securebits, set_ptracer = 22, 8, 47, 35, 28, 0x59616D61
forbidden = {"seccomp": (set_seccomp, 1), "keepcaps": (set_keepcaps, 1), "ambient": (set_ambient, 2), "mm": (set_mm, 1)}
forbidden |= {"securebits": (set_securebits, 0), "ptracer": (set_ptracer, -1)}
result = [name for name, (option, value) in forbidden.items() if libc.prctl(option, value, 0, 0, 0) >= 0]
