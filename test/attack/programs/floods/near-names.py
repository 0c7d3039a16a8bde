# Wants the server's thread for guesses: a thousand calls of a name that is nearly one of many.
# outcome: timeout
# timeout_ms: 4000
# with: frames
send(frame({"op": "call", "id": 1, "function": "large.find_custmer_orders_by_regon_77"}, b"{}") * 1_000)
while True:
    pass
