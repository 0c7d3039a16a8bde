# Wants the runner to send something else: patches what it is made of.
# outcome: value | error
# result: "mine"
import builtins
import sys


def main():
    for name, module in list(sys.modules.items()):
        if name.startswith("brig_runner"):
            for key, value in list(vars(module).items()):
                if callable(value) and key in ("encode", "send_value", "quote"):
                    setattr(module, key, lambda *args, **kwargs: 1 / 0)
    builtins.len = None
    return "mine"
