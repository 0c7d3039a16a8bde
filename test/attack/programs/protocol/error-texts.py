# Wants the server to be drowned, or its log forged, by the text of an error.
# outcome: error
class Loud(Exception):
    def __str__(self):
        return "x" * 50_000_000 + "\n2026-01-01 brig: fault reason=forged\n\x1b[2J"


raise Loud()
