# Wants four gigabytes of the server's memory by announcing a header of that size.
# outcome: error ProtocolError
# with: frames
import time

send(b"\xff\xff\xff\xff\x00\x00\x00\x00" + b"{" * 4096)
time.sleep(60)
