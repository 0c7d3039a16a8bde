# Makes calls by the tables of i386 and x32, from the first thread and from another, each in a child of its own.
import ctypes
import mmap
import os
import signal
import threading

GETPID_I386, GETPID = 20, 39
X32_BIT = 1 << 30
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.argtypes = [ctypes.c_long] * 2


def i386():
    # push rbx; mov eax, 20; int 0x80; pop rbx; ret
    code = b"\x53\xb8" + GETPID_I386.to_bytes(4, "little") + b"\xcd\x80\x5b\xc3"
    area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    area.write(code)
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()


def x32():
    libc.syscall(X32_BIT + GETPID, 0)


def another_thread(call):
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def ending(action):
    """The signal that ended a child, or its exit code."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        action()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


result = {
    "i386": ending(i386),
    "i386 in a thread": ending(lambda: another_thread(i386)),
    "x32": ending(x32),
    "x32 in a thread": ending(lambda: another_thread(x32)),
}
