# Wants what the kernel tells root: memory, symbols, logs, keys.
# outcome: ok
# result: []
result = []
for path in (
    "/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/kvm", "/dev/fuse", "/dev/net/tun",
    "/proc/kcore", "/proc/kallsyms", "/proc/kmsg", "/proc/keys", "/proc/modules", "/proc/config.gz", "/proc/cmdline",
    "/proc/partitions", "/proc/timer_list", "/proc/sched_debug", "/proc/interrupts", "/sys/kernel/notes",
    "/sys/firmware", "/sys/class", "/sys/fs/cgroup", "/boot", "/lib/modules/build",
):  # fmt: skip
    try:
        open(path, "rb").close()
        result.append(path)
    except IsADirectoryError:
        result.append(path)
    except OSError:
        pass
