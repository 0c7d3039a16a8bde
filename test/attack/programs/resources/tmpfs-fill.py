# Wants the host's memory by filling every writable folder.
# outcome: ok
# result: ["ENOSPC", "ENOSPC", "ENOSPC"]
import errno

result = []
for folder in ("/tmp", "/work", "/dev/shm"):
    try:
        with open(folder + "/fill", "wb", buffering=0) as file:
            for _ in range(1024):
                file.write(bytes(1024 * 1024))
        result.append("no end")
    except OSError as error:
        result.append(errno.errorcode[error.errno])
