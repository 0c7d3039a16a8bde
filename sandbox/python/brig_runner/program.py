"""Compiles a program so that its result can be found, and runs it."""

import sys

from _ast import PyCF_ALLOW_TOP_LEVEL_AWAIT, PyCF_ONLY_AST, Assign, Expr, Name, Store

from .scope import ReturnSearch, star_import, wrap

FILE = "program.py"
# Names that no source text can spell.
LAST = "<last expression>"
STAR = "<import *>"
COROUTINE = 0x80


class SourceFault(Exception):
    """A source that doesn't parse; `.error` is the SyntaxError to show."""

    def __init__(self, error: SyntaxError) -> None:
        self.error = error


def parse_source(source: bytes, file: str) -> tuple[str, object]:
    """The text and the syntax tree of a source; SourceFault when there is none."""
    try:
        text = source.decode("utf-8-sig")
        return text, compile(text, file, "exec", PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError, MemoryError) as error:
        raise SourceFault(as_syntax_error(error, file)) from None


def as_syntax_error(error: Exception, file: str) -> SyntaxError:
    """What the parser or compiler raised, always as a SyntaxError."""
    if isinstance(error, SyntaxError):
        return error
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return SyntaxError(f"the source is not UTF-8: {error.reason}", (file, line, None, None))
    if isinstance(error, ValueError):
        return SyntaxError(f"the source can't be parsed: {error}", (file, None, None, None))
    return SyntaxError("the source is nested too deeply for Python's parser", (file, None, None, None))


def compile_program(source: bytes) -> tuple[str, object]:
    """The text of a program and the code object that leaves its last expression and its `return` to be found."""
    text, tree = parse_source(source, FILE)
    body = tree.body
    try:
        if body and isinstance(body[-1], Expr):
            last = body[-1]
            place = {name: getattr(last, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
            body[-1] = Assign(targets=[Name(id=LAST, ctx=Store(), **place)], value=last.value, **place)
        if ReturnSearch.found(body):
            return text, wrap(tree, FILE, STAR)
        return text, compile(tree, FILE, "exec", PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise SourceFault(as_syntax_error(error, FILE)) from None


def run_program(code: object, namespace: dict) -> object:
    """Runs the code; returns the program's result."""
    namespace[STAR] = lambda *request: star_import(namespace, *request)
    returned = eval(code, namespace)
    if code.co_flags & COROUTINE:
        import asyncio

        returned = asyncio.run(returned)
    namespace.pop(STAR, None)
    if returned is not None:
        return returned[0]
    if "result" in namespace:
        return namespace["result"]
    return namespace.get(LAST)


class Source:
    """A loader that knows one source text, so that `traceback` and `inspect` can show its lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_source(self, name: str) -> str:
        """The text, as importlib's loaders give it."""
        return self.text


def new_module(name: str, file: str, text: str) -> object:
    """An empty module for the user's code, importable under its name."""
    module = type(sys)(name)
    module.__file__ = file
    module.__loader__ = Source(text)
    module.__dict__["__builtins__"] = sys.modules["builtins"]
    sys.modules[name] = module
    return module
