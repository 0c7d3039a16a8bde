# Wants secret and source out of the errors of a function.
# outcome: ok
import traceback

from functions import FunctionError, vault

result = []
for call in (vault.fail, vault.fail_ts):
    try:
        call(text="why?")
        result.append("no error")
    except FunctionError as error:
        chain = error
        while chain is not None:
            result += [repr(chain), str(vars(chain)), "".join(traceback.format_exception(chain))]
            chain = chain.__cause__ or chain.__context__
