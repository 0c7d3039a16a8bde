# Wants a function by a name that means something else to the server.
# outcome: ok
# result: []
from functions import FunctionError
import functions

result = []
names = ("__proto__", "constructor.name", "toString", "../default.a", "a.b.c", "", ".", "%2e", "a\0b", "x" * 190)
for name in names:
    try:
        result.append(functions.describe(name))
    except (FunctionError, ValueError, TypeError, AttributeError):
        pass
