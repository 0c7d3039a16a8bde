# Wants the report of its error to fail, or never to end.
# outcome: error
class Bad(Exception):
    def __str__(self):
        raise Bad()

    __repr__ = __str__
    __class__ = property(__str__)


raise Bad()
