# Wants a hosted function's exit to look like the server's fault.
# outcome: error SystemExit
# as: function
import os


def main():
    os._exit(255)
