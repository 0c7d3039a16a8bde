# Wants to set what the kernel runs on a crash, and to press its magic keys.
# outcome: ok
# result: []
result = []
for path in (
    "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hotplug", "/proc/sysrq-trigger",
    "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/hostname", "/proc/sys/fs/binfmt_misc/register",
    "/sys/kernel/uevent_helper", "/sys/fs/cgroup/release_agent", "/sys/fs/cgroup/cgroup.procs", "/proc/self/oom_score_adj",
    "/proc/1/oom_score_adj", "/proc/self/uid_map", "/proc/self/setgroups", "/proc/self/attr/exec",
):  # fmt: skip
    try:
        with open(path, "w") as file:
            file.write("|/tmp/x")
        result.append(path)
    except OSError:
        pass
