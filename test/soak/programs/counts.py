# Adds numbers up and is done.
# outcome: ok
# result: "@SUM@"
result = str(sum(range(@N@ + 1)))
