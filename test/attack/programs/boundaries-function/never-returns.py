# Wants the caller to wait for ever: it never returns, and ignores every signal.
# outcome: error Timeout
# timeout_ms: 1500
import signal


def main():
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass
