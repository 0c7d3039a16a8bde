# Wants files that the clean-up can't remove: no permissions, immutable, busy.
# outcome: ok
# result: "made"
import fcntl
import os
import struct

FS_IOC_SETFLAGS, FS_IMMUTABLE_FL = 0x40086602, 0x10

os.makedirs("/tmp/locked/inside")
with open("/tmp/locked/inside/file", "w") as file:
    try:
        fcntl.ioctl(file, FS_IOC_SETFLAGS, struct.pack("l", FS_IMMUTABLE_FL))
    except OSError:
        pass
os.chmod("/tmp/locked/inside", 0)
os.chmod("/tmp/locked", 0)
result = "made"
