# Wants effects of a function that has ended: it queues calls and exits, and its caller goes on.
# outcome: ok
# result: "SystemExit"
# timeout_ms: 60000
import time
from functions import effects, FunctionError

try:
    effects.queue_and_exit()
except FunctionError as error:
    result = error.type
effects.reach(path="/ended/exit")
time.sleep(6)
