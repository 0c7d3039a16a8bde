# Wants the caller to hang: closes every descriptor and goes on.
# outcome: error
# timeout_ms: 3000
import os
import time


def main():
    os.closerange(0, 256)
    time.sleep(30)
