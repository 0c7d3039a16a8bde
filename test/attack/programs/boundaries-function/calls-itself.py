# Wants a call without end: calls itself.
# outcome: error FunctionError
def main():
    from functions import attack

    return attack.main()
