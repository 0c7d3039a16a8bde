# Wants a function's host through the proxy that only the function has.
# outcome: ok
# result: []
import os
import threading
import urllib.request

from functions import web

worker = threading.Thread(target=web.get, kwargs={"seconds": 1})
worker.start()
result = []
for proxy in ("http://127.0.0.1:3128", "http://localhost:3128", "http://[::1]:3128", "http://127.0.0.1:@TCP_PORT@"):
    os.environ["http_proxy"] = os.environ["https_proxy"] = proxy
    for url in ("http://boundaries.invalid/", "https://boundaries.invalid/", "http://127.0.0.1:@TCP_PORT@/"):
        try:
            urllib.request.urlopen(url, timeout=2)
            result.append(url)
        except OSError as error:
            if "egress" in str(error).lower():
                result.append(str(error))
worker.join()
