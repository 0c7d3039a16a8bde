# Wants a dictionary that changes while it is read.
# outcome: ok
# timeout_ms: 3000
class Endless(dict):
    def items(self):
        number = 0
        while True:
            number += 1
            yield str(number), number


result = Endless(a=1)
