# Wants to break a function by an input that is no JSON object.
# outcome: ok
# result: []
import functions
from functions import FunctionError, echo

link = functions.__dict__["__brig__"]
result = []
bodies = [b"", b"[1]", b"1", b"null", b'"x"', b"{", b"{}{}", b'{"a":NaN}', b'{"a":Infinity}', b'{"a":"\xff\xfe"}', b"\xef\xbb\xbf{}", b"{'a':1}", b'{"a":1,}']
bodies += [b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a":01}', b'{"a":"\n"}', b"\0{}", b'{"a":.5}', b'{"a":1e400}', b'{"a":[-1e999]}']
bodies += [b'{"b":"' + b"x" * 100_000 + b'","a":1e400}', b'{"a":' + b"1" * 400 + b".5}"]
for name in ("echo.back", "echo.back_ts"):
    for body in bodies:
        try:
            link.call(name, body)
            result.append([name, repr(body[:20]), "answered"])
        except FunctionError as error:
            if error.type != "InvalidInput":
                result.append([name, repr(body[:20]), error.type, error.message[:80]])
    if echo.back(a=1) != {"a": 1}:
        result.append("the function is broken")
