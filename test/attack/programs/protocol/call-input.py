# Wants a call's input to break the server: no JSON, no object, no text, no end.
# outcome: ok
# result: "still here"
# with: frames
for number, body in enumerate((b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"a":NaN}', b"{}" * 2, b'{"__proto__":{"a":1}}')):
    send(frame({"op": "call", "id": 1_000_000 + number, "function": "nobody.home"}, body))
result = "still here"
