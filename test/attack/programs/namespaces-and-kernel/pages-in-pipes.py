# Wants pages of a read-only file in a pipe, to write to them there: splice and whatever does the same.
# outcome: ok
# result: {"sendfile": "ENOSYS", "splice": "EPERM", "copy_file_range": "EINVAL"}
import errno
import os

reading, writing = os.pipe()
file = os.open("/usr/bin/env", os.O_RDONLY)
result = {}
for name, call in {
    "sendfile": lambda: os.sendfile(writing, file, 0, 100),
    "splice": lambda: os.splice(file, writing, 100, 0),
    "copy_file_range": lambda: os.copy_file_range(file, writing, 100),
}.items():
    try:
        result[name] = call()
    except OSError as error:
        result[name] = errno.errorcode[error.errno]
