# Wants files that others left: of other functions, and of its own other callers.
# outcome: ok
# result: []
import os


def main():
    folders = ("/tmp", "/work", "/dev/shm", "/run", "/var/tmp")
    found = [f"{folder}/{name}" for folder in folders if os.path.isdir(folder) for name in os.listdir(folder)]
    for folder in ("/tmp", "/work", "/dev/shm"):
        with open(folder + "/of-the-thief", "w") as file:
            file.write("here")
    return found
