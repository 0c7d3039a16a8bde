# Wants any system call that has opened a kernel before.
# outcome: ok
# result: {}
# with: syscall
attempts = [
    ("keyctl", 0, -3, 0), ("add_key", b"user", b"a", b"b", 1, -3), ("request_key", b"user", b"a", 0, -3),
    ("bpf", 0, bytes(128), 128), ("perf_event_open", bytes(128), 0, -1, -1, 0), ("userfaultfd", 0), ("userfaultfd", 1),
    ("kexec_load", 0, 0, 0, 0), ("kexec_file_load", -1, -1, 0, b"", 0), ("init_module", b"", 0, b""),
    ("finit_module", -1, b"", 0), ("delete_module", b"x", 0), ("seccomp", 0, 0, 0), ("personality", 0x0040000),
    ("modify_ldt", 0, 0, 0), ("iopl", 3), ("ioperm", 0x70, 2, 1), ("memfd_secret", 0), ("fanotify_init", 0, 0),
    ("quotactl", 0, b"/", 0, 0), ("clock_settime", 0, bytes(16)), ("settimeofday", bytes(16), 0),
    ("adjtimex", bytes(208)), ("sethostname", b"mine", 4), ("syslog", 3, 0, 0), ("acct", b"/tmp/acct"),
    ("swapon", b"/tmp/swap", 0), ("reboot", 0xFEE1DEAD, 672274793, 0x1234567, 0), ("mbind", 0, 0, 0, 0, 0, 0),
    ("move_pages", 1, 0, 0, 0, 0, 0), ("process_madvise", -1, 0, 0, 0, 0), ("open_by_handle_at", -1, bytes(136), 0),
    ("name_to_handle_at", -100, b"/", bytes(136), bytes(8), 0), ("shmget", 0, 4096, 0o1600), ("semget", 0, 1, 0o1600),
    ("msgget", 0, 0o1600), ("mq_open", b"q", 0o102, 0o600, 0), ("setuid", 0), ("setgid", 0), ("setresuid", 0, 0, 0),
    ("setgroups", 0, 0), ("capset", bytes(8), bytes(24)), ("splice", 0, 0, 1, 0, 1, 0), ("tee", 0, 1, 1, 0),
    ("vmsplice", 1, 0, 0, 0), ("execveat", -1, b"", 0, 0, 0),
]  # fmt: skip
result = {args[0]: got for args, got in ((args, call(*args)) for args in attempts) if got != "EPERM"}
