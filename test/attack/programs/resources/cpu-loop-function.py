# Wants a core for ever, as a hosted function.
# outcome: timeout Timeout
# timeout_ms: 1000
# as: function
def main():
    while True:
        pass
