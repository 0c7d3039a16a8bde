# Wants an instance of its own class to be encoded by its own method.
# outcome: error
class Mine:
    def __iter__(self):
        while True:
            yield self


result = [Mine()]
