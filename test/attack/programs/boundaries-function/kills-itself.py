# Wants the caller to hang: kills itself and everything near.
# outcome: error Killed | error SandboxFailed
import os
import signal


def main():
    os.kill(os.getpid(), signal.SIGKILL)
