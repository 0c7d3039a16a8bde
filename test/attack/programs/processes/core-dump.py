# Wants a core file with memory of the machine in it.
# outcome: killed Killed
import os
import resource

try:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
except ValueError:
    pass
os.chdir("/tmp")
os.abort()
