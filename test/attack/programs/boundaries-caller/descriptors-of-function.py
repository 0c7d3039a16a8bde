# Wants the server's answers about other jails through its own descriptors, before and after a call.
# outcome: ok
# result: []
import os

from functions import vault

names = lambda: {fd: os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")}
before = names()
vault.use()
after = names()
result = [fd for fd in after if int(fd) > 2 and before.get(fd, after[fd]) != after[fd]]
