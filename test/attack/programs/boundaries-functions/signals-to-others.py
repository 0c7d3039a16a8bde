# Wants the other functions dead: signals every process number, by kill and by killpg.
# outcome: ok
# result: []
import os
import signal


def main():
    found = []
    own = {os.getpid(), os.getppid(), os.getpgrp(), 1}
    for pid in range(2, 2000):
        if pid in own:
            continue
        for send in (os.kill, os.killpg):
            try:
                send(pid, signal.SIGTERM)
                found.append(pid)
            except OSError:
                pass
    return found
