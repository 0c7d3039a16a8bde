# Wants the secret by what a function prints, in its own output.
# outcome: ok
# result: "ca978112"
from functions import vault

result = vault.use(text="a")
