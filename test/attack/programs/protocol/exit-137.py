# Wants its exit to look like a shortage of memory.
# outcome: error SystemExit
import os

print("before")
os._exit(137)
