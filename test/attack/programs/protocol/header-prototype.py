# Wants to change the prototype of every object in the server.
# outcome: ok
# result: null
# with: frames
import time

send(frame(b'{"__proto__":{"op":"result","ok":true},"constructor":{"prototype":{"polluted":1}},"op":"query","kind":"list","id":1}'))
send(frame(b'{"op":"result","ok":true,"__proto__":{"toJSON":1},"warnings":[]}', b"null"))
time.sleep(60)
