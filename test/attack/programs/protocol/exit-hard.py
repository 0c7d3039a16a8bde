# Wants to be gone before the runner can say anything.
# outcome: error SystemExit
import os

os._exit(0)
