# Wants to drown a function: the largest input that is allowed, then a larger one.
# outcome: ok
# result: [8000000, "ValueError"]
from functions import echo

result = [len(echo.back(text="x" * 8_000_000)["text"])]
try:
    echo.back(text="x" * 9_000_000)
except ValueError as error:
    result.append(type(error).__name__)
