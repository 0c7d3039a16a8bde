# Wants files that the clean-up can't remove: no permissions, immutable, busy.
# outcome: ok
# result: "made"
import os
import subprocess

os.makedirs("/tmp/locked/inside")
open("/tmp/locked/inside/file", "w").close()
subprocess.run(["chattr", "+i", "/tmp/locked/inside/file"], capture_output=True)
os.chmod("/tmp/locked/inside", 0)
os.chmod("/tmp/locked", 0)
result = "made"
