# Wants a file of its own in every folder outside its scratch.
# outcome: ok
# result: []
import os

result = []
for folder in ("/", "/usr", "/usr/bin", "/usr/lib", "/bin", "/lib", "/etc", "/etc/ssl/certs", "/dev", "/brig", "/opt", "/proc", "/proc/self"):
    for name in ("planted", "brig", "init.py", "sitecustomize.py"):
        try:
            with open(os.path.join(folder, name), "x"):
                result.append([folder, name])
        except OSError:
            pass
