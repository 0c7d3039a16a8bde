# Wants secret and source in the report of an error that nobody catches.
# outcome: error FunctionError
from functions import vault

vault.fail(text="why?")
