"""Which function of a module is the hosted one, and how it takes its input."""

WHOLE = ("input", "input_data", "inputs")
VARIADIC = 0x04
KEYWORDS = 0x08


class Context:
    """What `handler(input, context)` receives beside its input."""

    __slots__ = ("function",)

    def __init__(self, function: str) -> None:
        self.function = function


class Entry:
    """A callable and the names of its parameters."""

    def __init__(self, function: object, is_handler: bool) -> None:
        self.function = function
        self.is_handler = is_handler
        self.positional_only, self.names, self.open = parameters(function)

    def call(self, given: dict, name: str) -> object:
        """Calls with the input object, whole or as keyword arguments."""
        if self.is_handler:
            both = (given, Context(name))
            return self.function(*both[: 2 if self.open else max(1, len(self.names))])
        if not self.open and len(self.names) == 1 and self.names[0] in WHOLE:
            return self.function(given)
        if not self.positional_only:
            return self.function(**given)
        rest = dict(given)
        first = []
        for index, parameter in enumerate(self.positional_only):
            if parameter in rest:
                first.append(rest.pop(parameter))
                continue
            late = [other for other in self.positional_only[index:] if other in rest]
            if late:
                raise TypeError(
                    f"{name}() takes '{parameter}' by position: it can't be left out when '{late[0]}' is given"
                )
            break
        return self.function(*first, **rest)


def parameters(function: object) -> tuple[list[str], list[str], bool]:
    """Positional-only names, all names, and whether it takes others too; a decorated function counts as the inner one."""
    inner = function
    for _ in range(100):
        if not hasattr(inner, "__wrapped__"):
            break
        inner = inner.__wrapped__
    code = getattr(inner, "__code__", None)
    if code is None:
        return slow_parameters(function)
    count = code.co_argcount + code.co_kwonlyargcount
    names = list(code.co_varnames[:count])
    if hasattr(inner, "__self__"):
        names = names[1:]
    by_position = names[: code.co_posonlyargcount] if inner is function else []
    return by_position, names, bool(code.co_flags & (VARIADIC | KEYWORDS))


def slow_parameters(function: object) -> tuple[list[str], list[str], bool]:
    """The same for callables that aren't functions: classes, partials, objects."""
    import inspect

    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return [], [], True
    named = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    return (
        [p.name for p in named if p.kind is p.POSITIONAL_ONLY],
        [p.name for p in named],
        len(named) < len(found),
    )


def find_entry(namespace: dict, name: str) -> Entry:
    """The function named like the hosted one, else `main`, else `handler`; LookupError when there is none."""
    for wanted in (name, "main", "handler"):
        found = namespace.get(wanted)
        if callable(found):
            return Entry(found, wanted == "handler" and name != "handler")
    raise LookupError(f"the source defines none of the functions {name}, main and handler")
