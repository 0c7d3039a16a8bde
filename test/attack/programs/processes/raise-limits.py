# Wants its limits back: more processes, more files, more locked memory.
# outcome: ok
# result: []
import resource

result = []
for name in ("NPROC", "NOFILE", "MEMLOCK", "CORE", "RTPRIO", "MSGQUEUE"):
    number = getattr(resource, "RLIMIT_" + name, None)
    if number is None:
        continue
    hard = resource.getrlimit(number)[1]
    try:
        resource.setrlimit(number, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        result.append(name)
    except (ValueError, OSError):
        pass
    if resource.getrlimit(number)[1] != hard:
        result.append(name + " changed")
