# Wants memory that is no process's: anonymous files, filled and kept.
# outcome: out_of_memory
# needs: cgroups
import os

page = bytes(1024 * 1024)
for number in range(4):
    fd = os.memfd_create("hoard")
    for _ in range(256):
        os.write(fd, page)
