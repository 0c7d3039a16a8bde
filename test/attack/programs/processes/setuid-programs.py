# Wants root from a setuid program of the host, or from one of its own.
# outcome: ok
# result: []
import os
import shutil
import subprocess

result = []
shutil.copy("/usr/bin/id", "/tmp/id")
try:
    os.chmod("/tmp/id", 0o6755)
except PermissionError:
    # The unit's RestrictSUIDSGID forbids even to make one.
    pass
for command in (["/tmp/id", "-u"], ["su", "-c", "id -u"], ["sudo", "-n", "id", "-u"], ["mount"], ["newgrp"], ["chsh"]):
    try:
        ran = subprocess.run(command, capture_output=True, timeout=5, stdin=subprocess.DEVNULL, text=True)
    except (OSError, subprocess.TimeoutExpired):
        continue
    if ran.stdout.strip() == "0":
        result.append(command[0])
