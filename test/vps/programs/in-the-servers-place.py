# Runs where `brig serve` would, under the whole unit and its wrapper, and tries what an attacker would try who has
# taken the server over. Writes to the file of its argument what came of each attempt: the error's name, or "done".
import ctypes
import errno
import json
import os
import socket
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
tried = {}


def attempt(name, work):
    pid_read, pid_write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work()
            said = "done"
        except OSError as error:
            said = errno.errorcode.get(error.errno, str(error.errno))
        except Exception as error:
            said = type(error).__name__ + " " + str(error)
        os.write(pid_write, said.encode()[:200])
        os._exit(0)
    os.close(pid_write)
    tried[name] = os.read(pid_read, 300).decode() or "ended"
    os.close(pid_read)
    os.waitpid(child, 0)


def call(function, *arguments):
    if getattr(libc, function)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), function)


def write(path, text="x"):
    with open(path, "w") as file:
        file.write(text)


def program(*command):
    ran = subprocess.run(command, capture_output=True, timeout=20)
    if ran.returncode != 0:
        raise RuntimeError("exit " + str(ran.returncode))


def dbus():
    with socket.socket(socket.AF_UNIX) as bus:
        bus.connect("/run/dbus/system_bus_socket")
        bus.sendall(b"\0AUTH EXTERNAL " + b"30" + b"\r\n")  # as uid 0
        answer = bus.recv(100)
        if not answer.startswith(b"OK"):
            raise OSError(errno.EACCES, "as root")


PTRACE_ATTACH = 16
WRAPPER = os.getppid()
attempt("setuid to root", lambda: os.setuid(0))
attempt("setgid to root", lambda: os.setgid(0))
attempt("setuid to another user", lambda: os.setuid(65534))
attempt("setgid to another user", lambda: os.setgid(65534))
attempt("root's groups", lambda: os.setgroups([0]))
attempt("chown to root", lambda: os.chown(sys.argv[1] + ".own", 0, 0))
attempt("read /etc/shadow", lambda: open("/etc/shadow").read())
attempt("write core_pattern", lambda: write("/proc/sys/kernel/core_pattern", "|/tmp/x"))
attempt("write sysrq-trigger", lambda: write("/proc/sysrq-trigger", "h"))
attempt("write another group's limits", lambda: write("/sys/fs/cgroup/system.slice/memory.max", "max"))
attempt("write the executable", lambda: open("/usr/local/bin/brig", "r+b"))
attempt("write the unit", lambda: write("/etc/systemd/system/brig.service"))
attempt("write the wrapper's configuration", lambda: write("/usr/local/lib/brig/outer-namespace.cfg"))
attempt("write the settings", lambda: write("/etc/brig/brig.toml"))
attempt("read root's home", lambda: os.listdir("/root"))
attempt("systemd-run", lambda: program("systemd-run", "--wait", "true"))
attempt("systemctl stop", lambda: program("systemctl", "stop", "ssh"))
attempt("D-Bus as root", dbus)
attempt("ptrace the wrapper", lambda: call("ptrace", PTRACE_ATTACH, WRAPPER, 0, 0))
attempt("ptrace systemd", lambda: call("ptrace", PTRACE_ATTACH, 1, 0, 0))
attempt("kill systemd", lambda: os.kill(1, 9))
attempt("mount", lambda: call("mount", b"none", b"/mnt", b"tmpfs", 0, None))
attempt("load a module", lambda: program("modprobe", "dummy"))
attempt("reboot", lambda: program("systemctl", "reboot"))
attempt("set the clock", lambda: call("settimeofday", ctypes.byref(ctypes.c_longlong()), None))
attempt("make a device", lambda: os.mknod("/tmp/device", 0o020600, os.makedev(1, 1)))
attempt("a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close())
attempt("a packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close())
attempt("a setuid program", lambda: program("/usr/bin/su", "-c", "true"))

status = dict(line.rstrip("\n").split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
tried["no_new_privs"] = status["NoNewPrivs"]
tried["uid map"] = open("/proc/self/uid_map").read().split("\n")
with open(sys.argv[1], "w") as file:
    json.dump(tried, file)
