# Wants its exit to look like a jail that did not start.
# outcome: error SystemExit
import sys

sys.exit(255)
