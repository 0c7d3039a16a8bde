# Wants a tree that nobody can remove: folders a thousand deep, with names that are no text.
# outcome: ok
# result: "made"
import os

os.chdir("/tmp")
for _ in range(1000):
    os.mkdir(b"\xff" * 200)
    os.chdir(b"\xff" * 200)
os.mkdir(b"\n\x1b[2J")
result = "made"
