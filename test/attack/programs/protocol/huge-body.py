# Wants four gigabytes of the server's memory by announcing a value of that size.
# outcome: error ProtocolError
# with: frames
import time

head = b'{"op":"result","ok":true}'
send(len(head).to_bytes(4, "big") + b"\xff\xff\xff\xff" + head)
time.sleep(60)
