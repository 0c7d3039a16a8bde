# Wants the other function to betray its secret by calling it.
# outcome: ok
# result: ["ca978112", "ValueError", true]
from functions import FunctionError, vault


def main():
    found = [vault.use(text="a")]
    try:
        vault.fail(text="a")
    except FunctionError as error:
        found += [error.type, "canary-" not in str(error) and "[secret TOKEN]" in str(error)]
    return found
