# Wants another namespace's function, by every way of naming it.
# outcome: ok
# result: []
import functions
from functions import FunctionError

result = []
names = ("vault.reveal", "neighbour.vault.reveal", "neighbour/vault.reveal", "neighbour__vault.reveal", "../neighbour/vault.reveal")
for name in names:
    try:
        result.append(functions.describe(name))
    except (FunctionError, ValueError, TypeError, AttributeError):
        pass
result += [name for name in functions.list() if "vault" in name]
result += [found for found in functions.search("reveal the secret of the vault", limit=50) if "vault" in found["name"]]
