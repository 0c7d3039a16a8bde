# Wants the server's parser to fail on noise.
# outcome: error ProtocolError
# with: frames
import os
import time

send(b"\x00\x00\x00\x07\x00\x00\x00\x01garbagX" + os.urandom(65536))
time.sleep(60)
