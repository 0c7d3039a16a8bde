def call(name, *args):
    """Makes a system call of x86_64 by its number; returns the errno's name, or "done" after letting the host see it."""
    import ctypes
    import errno
    import time

    numbers = {
        "mmap": 9, "shmget": 29, "socket": 41, "semget": 64, "msgget": 68, "ptrace": 101, "setuid": 105, "syslog": 103,
        "setgid": 106, "setgroups": 116, "setresuid": 117, "capset": 126, "mknod": 133, "personality": 135,
        "modify_ldt": 154, "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163, "settimeofday": 164,
        "mount": 165, "umount2": 166, "swapon": 167, "reboot": 169, "sethostname": 170, "iopl": 172, "ioperm": 173,
        "init_module": 175, "delete_module": 176, "quotactl": 179, "clock_settime": 227, "mbind": 237, "mq_open": 240,
        "kexec_load": 246, "add_key": 248, "request_key": 249, "keyctl": 250, "mknodat": 259, "unshare": 272,
        "splice": 275, "tee": 276, "vmsplice": 278, "move_pages": 279, "perf_event_open": 298, "fanotify_init": 300,
        "prlimit64": 302, "name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308, "process_vm_readv": 310,
        "process_vm_writev": 311, "kcmp": 312, "finit_module": 313, "seccomp": 317, "kexec_file_load": 320, "bpf": 321,
        "userfaultfd": 323, "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fsopen": 430, "clone3": 435,
        "openat2": 437, "clone": 56, "execveat": 322, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442, "memfd_secret": 447,
    }  # fmt: skip
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_char_p(one) if isinstance(one, bytes) else ctypes.c_long(one) for one in args]
    if libc.syscall(ctypes.c_long(numbers[name]), *words) >= 0:
        time.sleep(0.2)
        return "done"
    return errno.errorcode[ctypes.get_errno()]
