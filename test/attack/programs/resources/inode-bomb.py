# Wants the kernel's memory in a million empty files.
# outcome: ok
# result: "ENOSPC"
import errno

result = "no end"
try:
    for number in range(1_000_000):
        open(f"/tmp/{number}", "x").close()
except OSError as error:
    result = errno.errorcode[error.errno]
