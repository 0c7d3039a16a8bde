# Writes what is no frame to the descriptor of the frames.
# outcome: error ProtocolError
import os
import time

os.write(3, b"@N@" * 100)
time.sleep(600)
