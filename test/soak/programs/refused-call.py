# Makes a system call of i386, for which its filter kills it.
# outcome: killed Killed
import ctypes
import mmap

# push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret
code = bytes.fromhex("53b814000000cd805bc3")
area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
area.write(code)
address = ctypes.addressof(ctypes.c_char.from_buffer(area))
result = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
