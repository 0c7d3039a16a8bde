# Calls functions that fail, each in its way.
# outcome: ok
# result: ["KeyError", "SystemExit"]
from functions import soak

result = []
for fails in (soak.fails, soak.exits):
    try:
        fails()
    except FunctionError as error:
        result.append(error.type)
