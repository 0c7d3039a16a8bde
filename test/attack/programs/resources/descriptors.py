# Wants every open file that the machine can have.
# outcome: ok
# result: "EMFILE"
import errno
import os

try:
    while True:
        os.dup(0)
except OSError as error:
    result = errno.errorcode[error.errno]
