# Wants to break a function by the names of its arguments.
# outcome: ok
# result: true
from functions import echo

names = ["__proto__", "constructor", "prototype", "self", "name", "cls", "args", "kwargs", "input", "input_data", "context", "function"]
names += ["_link", "_name", "link", "body", "from", "class", "x-y", "", " ", "\n", "a.b", "a/b~c", "__class__", "__dict__", "toString", "then", "é", "名", "x" * 300]
given = {name: [name] for name in names}
answer = echo.back_ts(**given)
polluted = answer.pop("polluted")
result = echo.back(**given) == given and answer == given and polluted is None
