# Wants source or secret by every means of describing a function.
# outcome: ok
import functions
import inspect
import pickle
import pydoc

from functions import vault

vault.use()
result = [functions.describe(name) for name in functions.list()]
result += [functions.describe("vault.use\n"[:-1]), functions.search("canary TOKEN secret token sign", limit=50), vault.use.__doc__]
result += [pydoc.render_doc(vault), repr(vault.use), str(dir(vault)), str(vars(vault)), repr(pickle.dumps(vault.use))]
for look in (inspect.getsource, inspect.getfile, inspect.signature, inspect.getmodule):
    try:
        result.append(str(look(vault.use)))
    except Exception as error:
        result.append(repr(error))
