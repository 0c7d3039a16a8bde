# Wants a secret by frames that ask for it: calls with fields of its own, of names that might be one.
# outcome: ok
# result: ["FunctionNotFound", "FunctionNotFound", "FunctionNotFound"]
import functions


def main():
    channel = functions.__dict__["__brig__"].channel
    answers = []
    for name in ("secrets.TOKEN", "vault.TOKEN", "env.TOKEN"):
        try:
            header = {"op": "call", "function": name, "env": ["TOKEN"], "load": {"env": {"TOKEN": ""}}}
            answers.append(channel.request(header, b"{}").decode())
        except functions.FunctionError as error:
            answers.append(error.type)
    return answers
