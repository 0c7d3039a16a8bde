# Wants what another caller's calls left in the globals of its module.
# outcome: ok
# result: []
import builtins

seen = []


def main():
    found = [*seen, *getattr(builtins, "seen", [])]
    seen.append("here")
    builtins.seen = ["here"]
    return found
