# Wants to end a function's call by a result frame of its own.
# outcome: ok
# result: "signed"
# with: frames
import threading

from functions import vault

found = []
worker = threading.Thread(target=lambda: found.append(vault.slow()))
worker.start()
# It is no call of the caller's own, so it can only be the caller's result: it has none of this id.
os.environ["FORGED"] = "1"
for header in ({"op": "reply", "id": 1, "ok": True},):
    channel = __import__("functions").__dict__["__brig__"].channel
    channel._dispatch({"op": "reply", "id": 999, "ok": True}, b'"forged"')
worker.join()
result = found[0]
