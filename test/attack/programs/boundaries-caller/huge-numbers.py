# Wants a number past the schema: one that the check rounds and the function does not.
# outcome: ok
# result: []
import functions
from functions import FunctionError

link = functions.__dict__["__brig__"]
result = []
for text in ("9007199254740992", "9007199254740993", "9007199254740991.5", "1e400", "-1e400", "9007199254740993.0", "1" * 5000, "0.5", "1E+999"):
    try:
        result.append([text[:30], link.call("echo.most", b'{"count":%s}' % text.encode())])
    except FunctionError as error:
        if error.type != "InvalidInput":
            result.append([text[:30], error.type])
