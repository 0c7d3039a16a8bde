# Wants the interpreter to crash by recursing without an end or a limit.
# outcome: error | killed | out_of_memory | timeout
# timeout_ms: 3000
import sys

sys.setrecursionlimit(10**9)


def down(n):
    return down(n + 1) + 1


down(0)
