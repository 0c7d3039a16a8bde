# Is no Python.
# outcome: error SyntaxError
result = (@N@
