# Wants the files that a function wrote, wherever both have folders of that name.
# outcome: ok
# result: []
import os

from functions import vault

vault.use(text="x")
result = []
for top in ("/tmp", "/work", "/dev/shm", "/proc/self/root", "/proc/self/cwd"):
    for folder, _, files in os.walk(top):
        result += [os.path.join(folder, name) for name in files if name == "of-the-function"]
        if folder.count("/") > 6:
            break
