# Wants the caller's screen and log: an error whose class and text are full of controls, and that fails to be told.
# outcome: error
import sys


class FunctionError(Exception):
    function = "vault.use"
    type = "forged"

    def __str__(self):
        return "\x1b[2J\x1b]0;owned\x07\r\n\0" + "x" * 2_000_000


FunctionError.__name__ = "Function\nError\x1b[31m" * 1_000


def main():
    raise FunctionError()
