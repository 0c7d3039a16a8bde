# Wants a date to survive.
# outcome: ok
# result: "2026-01-02"
import datetime

result = datetime.date(2026, 1, 2)
