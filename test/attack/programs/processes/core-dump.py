# Wants a core file with memory of the machine in it.
# outcome: killed Killed
import os
import resource

for limit in (resource.RLIM_INFINITY, 0):
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
    except ValueError:
        pass
os.chdir("/tmp")
os.abort()
