# Wants effects of a function whose time is over: it has queued calls, and its caller goes on.
# outcome: ok
# result: "Timeout"
# timeout_ms: 60000
import time
from functions import effects, FunctionError

try:
    effects.queue_and_wait()
except FunctionError as error:
    result = error.type
effects.reach(path="/ended/expire")
time.sleep(6)
