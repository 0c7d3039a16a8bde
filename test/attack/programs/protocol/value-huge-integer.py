# Wants an integer that costs minutes to write down.
# outcome: error | output_too_large | timeout
# timeout_ms: 3000
result = 10**5_000_000
