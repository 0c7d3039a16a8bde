# Wants to change the prototype of the caller's objects by a result's keys.
# outcome: value
# result: {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "then": "x", "toJSON": "y"}


def main():
    return {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "then": "x", "toJSON": "y"}
