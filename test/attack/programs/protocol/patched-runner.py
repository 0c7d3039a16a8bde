# Wants the runner to lie: replaces its parts from within.
# outcome: error
import builtins
import json
import sys

for name, module in list(sys.modules.items()):
    if name.startswith("brig_runner"):
        for key, value in list(vars(module).items()):
            if callable(value) and not isinstance(value, type):
                setattr(module, key, lambda *args, **kwargs: None)
json.dumps = lambda *args, **kwargs: '"forged"'
builtins.len = lambda value: 0
result = "done"
