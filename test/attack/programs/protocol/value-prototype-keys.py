# Wants keys that mean something to JavaScript.
# outcome: ok
result = {"__proto__": {"polluted": True}, "constructor": {"prototype": {"polluted": True}}, "toJSON": 1, "then": 1}
