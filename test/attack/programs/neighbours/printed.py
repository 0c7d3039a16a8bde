# Wants what a function prints, on any stream and descriptor.
# outcome: ok
# result: "called"
from functions import spy

spy.say()
result = "called"
