# Wants to outlive its deadline by ignoring every signal that can be ignored.
# outcome: timeout Timeout
# timeout_ms: 1000
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
