# Wants a hosted function to see its caller: files, memory, environment, processes.
# outcome: ok
# result: []
import os

from functions import spy

for folder in ("/tmp", "/work", "/dev/shm"):
    open(folder + "/of-the-caller", "w").close()
os.environ["OF_THE_CALLER"] = "1"
result = spy.look()
