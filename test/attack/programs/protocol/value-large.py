# Wants nine megabytes in the client's context.
# outcome: output_too_large OutputTooLarge
result = "x" * 9_000_000
