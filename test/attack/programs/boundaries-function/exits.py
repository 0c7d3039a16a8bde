# Wants its exit to be the caller's.
# outcome: error SystemExit
import os
import sys


def main():
    try:
        sys.exit(0)
    finally:
        os._exit(0)
