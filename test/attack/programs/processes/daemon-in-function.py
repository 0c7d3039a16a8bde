# Wants to go on for ever after a call of a hosted function.
# outcome: ok
# result: "done"
# as: function
import os
import time


def main():
    if os.fork() == 0:
        os.setsid()
        time.sleep(3600)
    return "done"
