# Wants to change the prototype of every object of a TypeScript function, and of the server's.
# outcome: ok
# result: null
from functions import echo

evil = {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}
echo.back_ts(**evil)
echo.back_ts(x=[evil])
result = echo.back_ts(a=1)["polluted"]
