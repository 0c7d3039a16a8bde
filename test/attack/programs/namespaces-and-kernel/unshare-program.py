# Wants to be root in a namespace with the host's own tools.
# outcome: ok
# result: []
import shutil
import subprocess

result = []
for command in (["unshare", "-Ur", "id", "-u"], ["unshare", "-m", "true"], ["nsenter", "-t", "1", "-a", "true"], ["bwrap", "true"]):
    if shutil.which(command[0]) and subprocess.run(command, capture_output=True).returncode == 0:
        result.append(command)
