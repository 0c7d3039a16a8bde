# Wants the runner to be mute: closes every descriptor.
# outcome: error SystemExit
import os

os.closerange(0, 1024)
result = "done"
