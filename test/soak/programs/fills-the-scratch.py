# Leaves its temporary folders full.
# outcome: ok
# result: "@N@"
import errno

for folder in ("/tmp", "/work", "/dev/shm"):
    try:
        with open(f"{folder}/full", "wb", buffering=0) as file:
            while True:
                file.write(bytes(1024 * 1024))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
result = "@N@"
