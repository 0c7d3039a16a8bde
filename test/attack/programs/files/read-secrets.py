# Wants the host's passwords and the server's keys and database.
# outcome: ok
# result: []
import os

result = []
folders = ("@DATA@", "@CANARY_FOLDER@", "/root", "/home", "/var", "/var/lib/brig", "/etc/brig", "/run", "/srv", "/mnt", "/boot")
files = ("/etc/shadow", "/etc/machine-id", "/etc/ssh/ssh_host_ed25519_key", "/etc/resolv.conf", "/usr/local/etc", "/usr/src")
for path in folders + files + ("@DATA@/brig.db", "@DATA@/sealing.key", "@DATA@/brig.sock", "@CANARY_FILE@"):
    try:
        os.stat(path)
        result.append(path)
    except OSError:
        pass
