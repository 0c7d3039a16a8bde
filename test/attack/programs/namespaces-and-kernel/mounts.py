# Wants other mounts: the host's disk, a writable root, a fresh proc.
# outcome: ok
# result: {}
# with: syscall
attempts = {
    "tmpfs": ("mount", b"none", b"/tmp", b"tmpfs", 0, 0),
    "proc": ("mount", b"none", b"/tmp", b"proc", 0, 0),
    "remount": ("mount", b"none", b"/", b"", 32, 0),
    "bind": ("mount", b"/usr", b"/tmp", b"", 4096, 0),
    "umount": ("umount2", b"/proc", 2),
    "pivot_root": ("pivot_root", b"/tmp", b"/tmp"),
    "chroot": ("chroot", b"/tmp"),
    "fsopen": ("fsopen", b"tmpfs", 0),
    "open_tree": ("open_tree", -100, b"/usr", 1),
    "move_mount": ("move_mount", -100, b"/usr", -100, b"/tmp", 0),
    "mount_setattr": ("mount_setattr", -100, b"/", 0, bytes(32), 32),
}
result = {name: got for name, got in ((name, call(*args)) for name, args in attempts.items()) if got != "EPERM"}
