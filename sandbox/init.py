"""PID 1 of a jail: attests its confinement, starts the runner, reaps orphans, reports how the runner ended.

    python3 -I -S -B init.py python             the Python runner, in a forked child
    python3 -I -S -B init.py exec PROGRAM ARG…  any other runner

Only C modules are imported (`_signal` and `_json` instead of `signal` and `json`): every jail pays for them.
"""

import array
import os
import resource
import select
import stat
import sys

import _signal
from _json import encode_basestring_ascii

RUNNER_FD = 3
CONTROL_FD = 4
EGRESS_FD = 7
STATUS = (
    ("NoNewPrivs", "Seccomp", "Seccomp_filters", "Groups", "Uid", "Gid")
    + ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
)
NAMESPACES = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")
LIMITS = ("AS", "CORE", "CPU", "DATA", "FSIZE", "MEMLOCK", "MSGQUEUE", "NOFILE", "NPROC", "RTPRIO", "STACK")
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
X32_BIT = 1 << 30
# The kernel's name for a machine's table of system calls (linux/audit.h); in it the numbers of prctl, setrlimit, prlimit64.
TABLES = {"x86_64": (0xC000003E, 157, 160, 302), "aarch64": (0xC00000B7, 167, 164, 261)}


def main(argv: list[str]) -> None:
    """Does all of PID 1's work; never returns."""
    for source, target in ((5, 1), (6, 2)):
        os.dup2(source, target)
        os.close(source)
    # The kernel drops a signal that a jail sends to its own PID 1, unless PID 1 handles it.
    for number in (_signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP, _signal.SIGQUIT, _signal.SIGALRM):
        _signal.signal(number, _signal.SIG_DFL)
    limit_data()
    limit_core()
    facts = attestation()
    facts["foreign_calls"] = not install_last_filter()
    facts["dumpable"] = not set_dumpable(0)
    send(facts)
    runner = os.fork()
    if runner == 0:
        become_runner(argv)
    for fd in (RUNNER_FD, EGRESS_FD):
        if kind_of(fd) is not None:
            os.close(fd)
    status, usage = supervise(runner)
    send(
        {
            "op": "end",
            "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
            "cpu_ms": round((usage.ru_utime + usage.ru_stime) * 1000, 3),
            "peak_memory_mb": round(usage.ru_maxrss / 1024, 3),
        }
    )
    os._exit(0)


def limit_data() -> None:
    """Bounds a process's memory where no control group does: nsjail has no option for RLIMIT_DATA."""
    megabytes = os.environ.pop("BRIG_DATA_LIMIT_MB", None)
    if megabytes is not None:
        limit = int(megabytes) * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def limit_core() -> None:
    """Forbids core dumps with a limit of one byte: the kernel takes no notice of any other where core_pattern is a pipe.

    It would start the host's crash handler, as root and in no control group, for each process that aborts. nsjail
    counts in MiB. Where it doesn't work, the attestation shows it.
    """
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (1, 1))
    except ValueError:
        pass


def install_last_filter() -> bool:
    """Adds a filter that kills a process for a call by another table than its machine's; true when it worked.

    Such are i386's and x32's, and 32-bit ARM's. nsjail's own filter kills only the thread that calls, and
    knows no x32. Of several filters the strictest decides. It also forbids what only PID 1 had to do:
    PR_SET_SECCOMP, so that it is the last, and to change RLIMIT_CORE, even to less.
    """
    table, prctl_number, setrlimit_number, prlimit64_number = TABLES[os.uname().machine]
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    allow, eperm, einval, kill = 0x7FFF0000, 0x00050001, 0x00050016, 0x80000000
    # (code, how many to skip when true, when false, operand); loads are from that offset of seccomp_data.
    program = (
        (load, 0, 0, 4),
        (equal, 0, 18, table),
        (load, 0, 0, 0),
        (at_least, 16, 0, X32_BIT),
        (equal, 2, 0, prctl_number),
        (equal, 3, 0, setrlimit_number),
        (equal, 4, 10, prlimit64_number),
        # prctl, by its option
        (load, 0, 0, 16),
        (equal, 9, 8, PR_SET_SECCOMP),
        # setrlimit, by its resource
        (load, 0, 0, 16),
        (equal, 8, 6, resource.RLIMIT_CORE),
        # prlimit64, by its resource; without a new limit (a null pointer, of two halves) it only reads
        (load, 0, 0, 24),
        (equal, 0, 4, resource.RLIMIT_CORE),
        (load, 0, 0, 32),
        (equal, 0, 4, 0),
        (load, 0, 0, 36),
        (equal, 0, 2, 0),
        (answer, 0, 0, allow),
        (answer, 0, 0, eperm),
        # not EPERM: gpg, which wants its limit to be 0, goes on for EINVAL alone
        (answer, 0, 0, einval),
        (answer, 0, 0, kill),
    )
    packed = b"".join(
        code.to_bytes(2, "little") + bytes(skip) + operand.to_bytes(4, "little")
        for code, *skip, operand in program
    )
    instructions = array.array("B", packed)
    address, _ = instructions.buffer_info()
    count = len(program).to_bytes(8, "little")
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, count + address.to_bytes(8, "little"))


def attestation() -> dict:
    """What this process sees of its confinement; a limit of -1 means none."""
    lines = dict(line.split(":", 1) for line in read("/proc/self/status").splitlines() if ":" in line)
    listing = os.open("/proc/self/fd", os.O_RDONLY | os.O_DIRECTORY)
    fds = sorted(int(name) for name in os.listdir(listing))
    os.close(listing)
    return {
        "op": "attest",
        "status": {name: lines[name].strip() for name in STATUS if name in lines},
        "uid_map": read("/proc/self/uid_map"),
        "gid_map": read("/proc/self/gid_map"),
        "setgroups": read("/proc/self/setgroups").strip(),
        "mounts": [mount(line) for line in read("/proc/self/mountinfo").splitlines()],
        "namespaces": {name: os.readlink("/proc/self/ns/" + name) for name in NAMESPACES},
        # os.listdir duplicates the descriptor that it is given, so a second one shows; both are closed now.
        "fds": {str(fd): kind for fd in fds if (kind := kind_of(fd)) is not None},
        "limits": {name: list(resource.getrlimit(getattr(resource, "RLIMIT_" + name))) for name in LIMITS},
        "hostname": os.uname().nodename,
        "cwd": os.getcwd(),
        "pid": os.getpid(),
    }


def mount(line: str) -> dict:
    """One line of mountinfo; `shared` names the mounts that changes come from or go to, `file` what is at the mount point."""
    left, right = line.split(" - ", 1)
    fields, rest = left.split(" "), right.split(" ")
    return {
        "target": fields[4],
        "options": fields[5],
        "shared": " ".join(fields[6:]),
        "type": rest[0],
        "super": rest[-1],
        "file": file_at(fields[4]),
    }


def file_at(path: str) -> str:
    """Device and inode number, which are the same inside and outside; empty when there is no such file."""
    try:
        found = os.stat(path)
    except OSError:
        return ""
    return f"{found.st_dev}:{found.st_ino}"


def kind_of(fd: int) -> str | None:
    """What a descriptor is: "socket", "null" for /dev/null, else its mode in octal; None when it is closed."""
    try:
        found = os.fstat(fd)
    except OSError:
        return None
    if stat.S_ISSOCK(found.st_mode):
        return "socket"
    if stat.S_ISCHR(found.st_mode) and found.st_rdev == os.makedev(1, 3):
        return "null"
    return oct(found.st_mode)


def read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def set_dumpable(value: int) -> bool:
    """Opens (1) or closes (0) this process's /proc/PID/mem to others of its user; true when it worked.

    The user's code runs under the same id: it must not write into PID 1's memory.
    """
    return prctl(PR_SET_DUMPABLE, value, 0)


def prctl(option: int, first: int, second: int | bytes) -> bool:
    """prctl(2), with a pointer to a copy where an argument is bytes; true when it worked."""
    try:
        # `import ctypes` is three times as slow as its C half.
        import _ctypes

        function = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")
        return _ctypes.call_function(function, (option, first, second, 0, 0)) == 0
    except (ImportError, AttributeError, OSError):
        return False


def become_runner(argv: list[str]) -> None:
    """The child's side of the fork; never returns."""
    code = 70
    try:
        os.close(CONTROL_FD)
        _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        if argv[0] == "exec":
            for number in (_signal.SIGPIPE, _signal.SIGXFSZ, _signal.SIGINT):
                _signal.signal(number, _signal.SIG_DFL)
            os.execv(argv[1], argv[1:])
        # A process that isn't dumpable can't read its own /proc/self/fd, which subprocess does.
        set_dumpable(1)
        folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "python")
        sys.path.insert(0, folder)
        from brig_runner.main import main as run

        sys.path.remove(folder)
        run(RUNNER_FD)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(code)


def supervise(runner: int) -> tuple[int, resource.struct_rusage]:
    """Reaps whatever ends until the runner does; exits at once when the server is gone."""
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    _signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    _signal.signal(_signal.SIGCHLD, lambda number, frame: None)
    poll = select.poll()
    poll.register(CONTROL_FD, select.POLLIN)
    poll.register(woken, select.POLLIN)
    while (status := reap(runner, os.WNOHANG)) is None:
        for fd, _ in poll.poll():
            asked = os.read(fd, 4096)
            if fd == CONTROL_FD:
                if not asked:
                    os._exit(0)
                # The server sends nothing else on it: it asks whether this process still answers.
                send({"op": "pong"})
    # Outside a pid namespace (in tests) -1 would mean every process of the machine.
    if os.getpid() == 1:
        try:
            os.kill(-1, _signal.SIGKILL)
        except ProcessLookupError:
            pass
        reap(0, 0)
    return status, resource.getrusage(resource.RUSAGE_CHILDREN)


def reap(runner: int, flags: int) -> int | None:
    """Collects ended children until there is none, or the runner is among them: its wait status."""
    while True:
        try:
            pid, status = os.waitpid(-1, flags)
        except ChildProcessError:
            return None
        if pid == runner:
            return status
        if pid == 0:
            return None


def send(header: dict) -> None:
    """Writes one frame with an empty body to the server."""
    data = to_json(header).encode("ascii")
    data = len(data).to_bytes(4, "big") + bytes(4) + data
    try:
        while data:
            data = data[os.write(CONTROL_FD, data) :]
    except OSError:
        os._exit(0)


def to_json(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, dict):
        return "{" + ",".join(to_json(key) + ":" + to_json(item) for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(to_json, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)


main(sys.argv[1:])
