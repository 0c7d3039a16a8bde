# Wants the server to follow a link, or to wait for a pipe, that it returns.
# outcome: error
import os
import pathlib
import socket

os.symlink("@CANARY_FILE@", "/work/result.json")
os.symlink("/etc/shadow", "/work/output")
listening = socket.socket(socket.AF_UNIX)
listening.bind("/work/socket")
result = [pathlib.Path("/work/result.json"), open("/work/fifo", "w"), listening]
