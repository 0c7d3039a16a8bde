# Returns more than goes to a client.
# outcome: output_too_large OutputTooLarge
result = ["@N@"] * 100_000
