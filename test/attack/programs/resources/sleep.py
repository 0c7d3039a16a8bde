# Wants a place in the queue for an hour.
# outcome: timeout Timeout
# timeout_ms: 1000
import time

time.sleep(3600)
