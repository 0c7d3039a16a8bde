# Makes groups of system calls, each group in a child of its own. `groups` and `seconds` come from calls.ts.
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
libc.syscall.argtypes = [ctypes.c_long] * 7


def make_calls(group):
    """What came of each call: 0 when it succeeded, its errno when it failed.

    The one that ended the child has its exit code, or -N for signal N (-14, the child's own alarm, when it hung);
    those after it have None.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        for number, arguments in group:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            failed = libc.syscall(number, *arguments) == -1
            os.write(writing, bytes([ctypes.get_errno() if failed else 0]))
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    try:
        # Children of the child, by fork and its like.
        os.killpg(child, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    answers = list(os.read(reading, len(group)))
    os.close(reading)
    missing = len(group) - len(answers)
    return answers + [os.waitstatus_to_exitcode(status), *[None] * missing][:missing]


result = [make_calls(group) for group in groups]
