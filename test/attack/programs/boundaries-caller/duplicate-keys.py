# Wants a value past the schema: what is checked and what is used are two values of one key.
# outcome: ok
# result: []
import functions
from functions import FunctionError

link = functions.__dict__["__brig__"]
result = []
texts = ['{"role":"admin","role":"user"}', '{"role":"user","role":"admin"}', '{"role":"user","\\u0072ole":"admin"}', '{"\\u0072ole":"admin","role":"user"}']
texts += ['{"role":"user","__proto__":{"role":"admin"}}', '{"__proto__":{"role":"user"}}', '{"role":["user"]}', '{"role":"us\\u0065r "}']
for text in texts:
    try:
        if link.call("echo.role", text.encode()) != "user":
            result.append(text)
    except FunctionError as error:
        if error.type != "InvalidInput":
            result.append([text, error.type])
