# Wants the source of a function out of the error that it raises.
# outcome: ok
import sys
import traceback

from functions import FunctionError, spy

result = []
try:
    spy.fail()
except FunctionError as error:
    chain, seen = error, []
    while chain is not None:
        seen += [repr(chain), str(vars(chain)), str(chain.args), "".join(traceback.format_exception(chain))]
        trace = chain.__traceback__
        while trace is not None:
            seen.append(str({name: str(value)[:2000] for name, value in trace.tb_frame.f_locals.items() if name != "seen"}))
            trace = trace.tb_next
        chain = chain.__cause__ or chain.__context__
    result = [seen, error.function, error.type, error.message]
print(result)
sys.stdout.flush()
