# Wants a core for ever, as a hosted function.
# outcome: timeout Timeout
# as: function
def main():
    while True:
        pass
