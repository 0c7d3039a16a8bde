# Tries ways out of its sandbox. Each that works is named in the result, or seen from outside by what it leaves.
import base64
import ctypes
import json
import os
import signal
import socket

facts = json.loads(base64.b64decode("@FACTS@"))
libc = ctypes.CDLL(None, use_errno=True)
tried = 0
done = []
seen = []


def attempt(name, work):
    global tried
    tried += 1
    try:
        if work():
            done.append(name)
    except Exception:
        pass


def in_child(work):
    """True when the work succeeds in a process of its own: a namespace is refused to one with threads."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if work() else 1)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def read(path):
    with open(path, "rb") as file:
        seen.append(file.read(100).decode("latin-1"))
    return True


def open_for_writing(path):
    os.close(os.open(path, os.O_WRONLY))
    return True


def write(path):
    with open(path, "w") as file:
        file.write("it got out")
    return True


def connect(family, address):
    with socket.socket(family) as client:
        client.settimeout(1)
        client.connect(address)
    return True


def open_socket(family, kind, protocol=0):
    socket.socket(family, kind, protocol).close()
    return True


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    return True


# Files of the host. What they hold stays here, but for the one that is there to be found.
attempt("read a file of the host", lambda: read(facts["canary"]))
attempt("write into a folder of the host", lambda: write(facts["folder"] + "/mark"))
for path in facts["closed"]:
    attempt(f"open {path}", lambda: open(path, "rb").close() is None)
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/fs/cgroup/cgroup.procs", "/usr/bin/python3"):
    attempt(f"open {path} for writing", lambda: open_for_writing(path))

# The network, and sockets of the host.
attempt("reach a port of the host", lambda: connect(socket.AF_INET, ("127.0.0.1", facts["port"])))
attempt("reach an abstract socket of the host", lambda: connect(socket.AF_UNIX, "\0" + facts["abstract"]))
attempt("reach a socket file of the host", lambda: connect(socket.AF_UNIX, facts["socket"]))
attempt("open a raw socket", lambda: open_socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("open a netlink socket", lambda: open_socket(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("open a packet socket", lambda: open_socket(socket.AF_PACKET, socket.SOCK_RAW))

# Processes of the host.
attempt("see a process of the host", lambda: open(f"/proc/{facts['victim']}/cmdline").read().startswith("sleep"))
attempt("kill a process of the host", lambda: kill(facts["victim"]))

# The kernel.
NEWNS, NEWUSER, PTRACE_ATTACH, MS_BIND = 0x20000, 0x10000000, 16, 4096
attempt("make a user namespace", lambda: in_child(lambda: libc.unshare(NEWUSER) == 0))
attempt("make a mount namespace", lambda: in_child(lambda: libc.unshare(NEWNS) == 0))
attempt("mount a file system", lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0)
attempt("mount a folder elsewhere", lambda: libc.mount(b"/usr", b"/tmp", None, MS_BIND, None) == 0)
attempt("become root", lambda: in_child(lambda: libc.setuid(0) == 0))
attempt("trace the first process", lambda: in_child(lambda: libc.ptrace(PTRACE_ATTACH, 1, 0, 0) == 0))
attempt("change the host's name", lambda: libc.sethostname(b"it-got-out", 10) == 0)

result = {"tried": tried, "done": done, "seen": seen}
