# Exits in order, with a code that says otherwise.
# outcome: error SystemExit
import sys

print("@N@")
sys.exit(3)
