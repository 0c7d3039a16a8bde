# Wants the system calls of i386 at the price of a thread for each try.
# outcome: killed Killed
import ctypes
import mmap
import threading

# push rbx; mov eax, 20 (getpid); int 0x80; pop rbx; ret
code = bytes.fromhex("53b814000000cd805bc3")
area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
area.write(code)
function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))
tries = [threading.Thread(target=function, daemon=True) for _ in range(3)]
for one in tries:
    one.start()
for one in tries:
    one.join(5)
result = "still here"
