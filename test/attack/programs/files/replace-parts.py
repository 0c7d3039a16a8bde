# Wants the next execution to run its own code: changes what is mounted into every jail.
# outcome: ok
# result: []
import os

result = []
for path in ("/brig/init.py", "/brig/python/brig_runner/main.py", "/usr/bin/python3", "/opt/brig", "/etc/passwd", "/etc/hosts", "/dev/null"):
    for attempt in (
        lambda: open(path, "r+b").write(b"") if path != "/dev/null" else os.unlink(path),
        lambda: os.unlink(path),
        lambda: os.rename(path, path + ".old"),
        lambda: os.chmod(path, 0o777),
        lambda: os.link(path, "/tmp/link"),
    ):
        try:
            attempt()
            result.append(path)
        except OSError:
            pass
