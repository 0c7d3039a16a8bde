# Wants functions by names with tricks in them.
# outcome: ok
# result: []
import functions
from functions import FunctionError

link = functions.__dict__["__brig__"]
names = ["vault.use\0", "../vault.use", "vault/use", "Vault.use", "vault.USE", "vault.use ", " vault.use", "vault..use", "vault.use.use"]
names += ["vault.use;1", "vault.use@1", "vault.use/versions/1", "%76ault.use", "vault\u2024use", "ｖault.use", "default/vault.use", ".use", "vault."]
names += ["__proto__", "constructor", "toString", "vault.__proto__", "x" * 200, "", "\ud7ff", "vault.use\n", "vault.use\u200b"]
result = []
for name in names:
    try:
        link.call(name, b"{}")
        result.append(name)
    except FunctionError as error:
        if error.type != "FunctionNotFound":
            result.append([name, error.type])
