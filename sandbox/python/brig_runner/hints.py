"""One useful sentence for common failures."""

import errno

# Numbers of errors that mean "there is no network here".
NETWORK = {errno.ENETUNREACH, errno.EAI_AGAIN if hasattr(errno, "EAI_AGAIN") else -3, errno.EHOSTUNREACH, errno.ECONNREFUSED}
NETWORK_MODULES = {"requests", "httpx", "aiohttp", "urllib3"}


def hint(error: BaseException, services: list[str]) -> str | None:
    """What to do about the error, or None when there is nothing general to say."""
    text = _text(error)
    if isinstance(error, ModuleNotFoundError):
        return _missing_module(error.name or "", services)
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] == "functions":
        return "Call functions.search(\"…\") or functions.list() to see what is there."
    if isinstance(error, NameError) and getattr(error, "name", None) in services:
        return f"Import the service first: from functions import {error.name}"
    if isinstance(error, NameError) and getattr(error, "name", None) == "functions":
        return "Import the module first: import functions"
    if isinstance(error, SystemExit):
        return "Let the program end by itself, or use a top-level `return` to end it early with a result."
    if isinstance(error, RecursionError):
        return "A function calls itself too deeply; use a loop."
    if isinstance(error, TypeError) and "can't be used in 'await' expression" in text:
        return "Without .aio a function is synchronous: call it without await, or await orders.get_orders.aio(…)."
    if isinstance(error, RuntimeError) and "asyncio.run() cannot be called" in text:
        return "The program already runs in an event loop, because it awaits at the top level; use await instead of asyncio.run."
    if isinstance(error, OSError):
        return _operating_system(error)
    if isinstance(error, TypeError) and text.startswith(("result", "input")) and " is a " in text:
        return "Convert it to what JSON can hold: dict, list, str, int, float, bool or None."
    return None


def limit(error: BaseException) -> str | None:
    """Which limit of the sandbox the error speaks of, for the server to say more: "memory", "processes" or "scratch"."""
    text = _text(error)
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError) and error.errno in (errno.ENOMEM, errno.EAGAIN, errno.ENOSPC):
        return {errno.ENOMEM: "memory", errno.EAGAIN: "processes"}.get(error.errno, "scratch")
    if isinstance(error, RuntimeError) and "can't start new thread" in text:
        return "processes"
    # SQLite's own words, in a class that isn't loaded here.
    if text == "database or disk is full":
        return "scratch"
    return None


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _missing_module(name: str, services: list[str]) -> str | None:
    top = name.partition(".")[0]
    if top in services:
        return f"Hosted functions are imported from functions: from functions import {top}"
    if top == "functions":
        return "Call functions.search(\"…\") or functions.list() to see what is there."
    if top in NETWORK_MODULES:
        return f"{top} is not here, and there is no network; only hosted functions reach outside (functions.search)."
    return "Only Python's standard library is here; packages can't be installed in the sandbox."


def _operating_system(error: OSError) -> str | None:
    kind = type(error).__name__
    if "egress list" in _text(error):
        # It says itself what to do: see egress_errors.py and the proxy's refusals.
        return None
    if kind in ("gaierror", "URLError", "herror") or (error.errno in NETWORK and not isinstance(error, FileNotFoundError)):
        return "The sandbox has no network; use hosted functions (functions.search) to reach data."
    if isinstance(error, FileNotFoundError):
        return "The sandbox starts with an empty /work and /tmp, and none of your own files."
    if error.errno in (errno.EROFS, errno.EACCES):
        return "Only /work and /tmp are writable in the sandbox."
    if error.errno == errno.EPERM:
        return "The sandbox does not allow this system call."
    if error.errno == errno.EMFILE:
        return "Too many files are open at once; close them, as `with open(…)` does."
    return None
