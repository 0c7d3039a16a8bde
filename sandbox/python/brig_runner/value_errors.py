"""What makes a value unfit for JSON, told with its path."""

import sys

from .json_text import quote

PATH_KEPT = 300
NAME_KEPT = 60

_name_of = type.__dict__["__name__"].__get__
function = type(lambda: None)
module = type(sys)
generator = type(_ for _ in ())
views = (type({}.keys()), type({}.values()), type({}.items()), range, map, filter, zip, enumerate, reversed)


async def _coroutine() -> None:
    pass


_started = _coroutine()
coroutine = type(_started)
_started.close()


class NotJson(Exception):
    """A fault found while encoding; each level that it leaves adds its step of the path."""

    def __init__(self, reason: str, kind: type[Exception] = ValueError, here: bool = False) -> None:
        self.reason = reason
        self.kind = kind
        self.here = here
        self.steps: list[object] = []

    def step(self, key: object) -> None:
        """Adds a key to the path, unless the fault is the object's own."""
        if self.here:
            self.here = False
        else:
            self.steps.append(key)

    def as_error(self, root: str) -> Exception:
        """The exception that the program sees: TypeError or ValueError, as `json.dumps` would choose."""
        return self.kind(f"{path(root, self.steps)} {self.reason}")


def path(root: str, steps: list[object]) -> str:
    """`result.items[3]["a b"]` from the steps, innermost first."""
    text = root
    for step in reversed(steps):
        if isinstance(step, int):
            text += f"[{int.__repr__(step)}]"
        elif isinstance(step, str):
            name = str.__str__(step)
            if name.isidentifier() and len(name) <= NAME_KEPT:
                text += "." + name
            else:
                text += f"[{quote(name if len(name) <= NAME_KEPT else name[:NAME_KEPT] + '…')}]"
        else:
            text += "[…]"
    if len(text) > PATH_KEPT:
        text = text[: PATH_KEPT // 2] + "…" + text[-PATH_KEPT // 2 :]
    return text


def class_name(kind: type) -> str:
    """A class's own name, whatever its metaclass says."""
    return _name_of(kind)


def describe(value: object) -> str:
    """What kind of thing a value is, and what to return instead."""
    kind = type(value)
    name = class_name(kind)
    if issubclass(kind, (set, frozenset)):
        return f"a {name}, which JSON has no form for; use sorted(…) or list(…)"
    if issubclass(kind, (bytes, bytearray, memoryview)):
        return f"a {name} object; decode it to text, as with .decode()"
    if issubclass(kind, type):
        return f"a class ({class_name(value)})"
    if kind is function or name in ("builtin_function_or_method", "method", "partial"):
        return "a function; did you mean to call it?"
    if kind is coroutine:
        return "a coroutine that was never awaited; put `await` before it"
    if kind is generator or issubclass(kind, views) or name.endswith("_iterator"):
        return f"a {name}; use list(…)"
    if kind is complex:
        return "a complex number, which JSON has no form for"
    if kind is module:
        return "a module"
    return f"an instance of the class {name}; use a dict, a dataclass or str(…)"
