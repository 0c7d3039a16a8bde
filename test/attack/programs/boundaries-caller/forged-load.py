# Wants the server to load a source of its own with the secret of another.
# outcome: error ProtocolError
# with: frames
import time

send(frame({"op": "load", "function": "vault.use", "env": {"TOKEN": ""}}, b"import os\ndef use(): return os.environ['TOKEN']"))
time.sleep(20)
