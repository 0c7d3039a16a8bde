# Wants the server to look at every breach of the protocol, long after the first: each look reads files.
# outcome: error ProtocolError
# timeout_ms: 4000
# with: frames
said = frame({"op": "no such thing"})
while True:
    send(said * 4_000)
