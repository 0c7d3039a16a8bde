# Wants the kernel to start the host's crash handler, as root and in no control group, again and again.
# outcome: ok
# result: []
import ctypes
import os
import resource
import subprocess
import time

# Where core_pattern is a pipe the kernel heeds no limit but this one (fs/coredump.c).
ONLY = (1, 1)
CORE = resource.RLIMIT_CORE
libc = ctypes.CDLL(None, use_errno=True)
result = []


def by_number(number, *before):
    """Zero for a new limit, by a call of x86_64."""
    words = [ctypes.c_long(one) for one in (number, *before, CORE)]
    if libc.syscall(*words, (ctypes.c_ulong * 2)(0, 0), None) == -1:
        raise OSError(ctypes.get_errno(), "refused")


def spawn(command, **options):
    subprocess.run(["sh", "-c", command], check=True, stderr=subprocess.DEVNULL, **options)


attempts = {
    "nothing": lambda: resource.setrlimit(CORE, (0, 0)),
    "a soft limit of nothing": lambda: resource.setrlimit(CORE, (0, 1)),
    "what it is": lambda: resource.setrlimit(CORE, ONLY),
    "everything": lambda: resource.setrlimit(CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)),
    "prlimit": lambda: resource.prlimit(0, CORE, (0, 0)),
    "prlimit of its own id": lambda: resource.prlimit(os.getpid(), CORE, (0, 0)),
    "setrlimit by number": lambda: by_number(160),
    "prlimit64 by number": lambda: by_number(302, 0),
    "before a program": lambda: spawn("true", preexec_fn=lambda: resource.setrlimit(CORE, (0, 0))),
    "a shell": lambda: spawn("ulimit -S -c 0"),
}
for name, attempt in attempts.items():
    try:
        attempt()
        result.append(name + " worked")
    except (OSError, ValueError, subprocess.SubprocessError):
        pass
    if resource.getrlimit(CORE) != ONLY:
        result.append(f"{name} changed it to {resource.getrlimit(CORE)}")
# The kernel says of each that crashed whether it made something of its memory.
for action in (os.abort, lambda: os.execv("/bin/sh", ["sh", "-c", "kill -SEGV $$"])):
    for _ in range(20):
        child = os.fork()
        if child == 0:
            try:
                action()
            finally:
                os._exit(0)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(status):
            result.append(f"it did not crash: {status}")
        if os.WCOREDUMP(status):
            result.append("a dump")
# The host looks at the limits of both.
child = subprocess.Popen(["sleep", "0.3"])
time.sleep(0.3)
child.wait()
