# Wants another function's secret by sending the server what the server sends: a load.
# outcome: ok
# result: "FunctionError ProtocolError"
from functions import FunctionError, accomplice


def main():
    try:
        return accomplice.load()
    except FunctionError as error:
        return f"FunctionError {error.type}"
