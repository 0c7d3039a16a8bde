# Wants memory that the kernel can't take back.
# outcome: ok
# result: "refused"
import ctypes
import mmap

libc = ctypes.CDLL(None, use_errno=True)
size = 80 * 1024 * 1024
area = mmap.mmap(-1, size)
address = ctypes.addressof(ctypes.c_char.from_buffer(area))
result = "refused" if libc.mlock(ctypes.c_void_p(address), ctypes.c_size_t(size)) else "locked"
