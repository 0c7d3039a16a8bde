# Wants two results, so that the second is taken for somebody else's.
# outcome: ok
# result: "first"
# with: frames
for text in (b'"first"', b'"second"', b'"third"'):
    send(frame({"op": "result", "ok": True, "warnings": []}, text))
result = "fourth"
