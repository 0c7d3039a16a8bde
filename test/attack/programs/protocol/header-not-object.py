# Wants the server to read a property of null.
# outcome: error ProtocolError
# with: frames
import time

send(frame(b"null") + frame(b"[]") + frame(b'"result"') + frame(b"1"))
time.sleep(60)
