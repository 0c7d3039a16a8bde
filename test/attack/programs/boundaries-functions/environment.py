# Wants the secret of another function from every environment that it sees.
# outcome: ok
# result: []
import os


def main():
    found = [name for name in os.environ if "TOKEN" in name or "proxy" in name.lower()]
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline"):
            try:
                with open(f"/proc/{pid}/{name}") as file:
                    text = file.read()
            except OSError:
                continue
            found += [name] if "TOKEN" in text or "canary-" in text else []
    return found
