# Wants a crash in C: a regular expression nested far too deep.
# outcome: error RecursionError
import re

re.compile("(" * 100_000 + ")" * 100_000)
