# Wants to leave something for the next execution, and to find what the last one left.
# outcome: ok
# result: []
# times: 3
import os

result = []
for folder in ("/tmp", "/work", "/dev/shm"):
    result += [os.path.join(folder, name) for name in os.listdir(folder)]
    open(folder + "/mark", "w").close()
result += [name for name in os.environ if "MARK" in name]
os.environ["MARK"] = "1"
