# Wants a core for ever from one innocent line.
# outcome: timeout
# timeout_ms: 1000
import re

re.match(r"(a+)+$", "a" * 40 + "b")
