# Wants its exit to look like success without a result.
# outcome: error SystemExit
import sys

sys.exit(0)
