# Wants to change and to plant files in a folder of the host that everyone may write to.
# outcome: ok
# result: []
import os

result = []
for folder in ("@CANARY_FOLDER@", "/proc/self/root@CANARY_FOLDER@", "/tmp/../@CANARY_FOLDER@"):
    try:
        os.makedirs(folder)
        open(folder + "/canary.txt", "w").write("was here")
        os.remove(folder + "/canary.txt")
        os.rmdir(folder)
    except OSError as error:
        result.append([folder, error.strerror])
