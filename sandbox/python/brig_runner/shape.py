"""A short description of a value that is too large to send."""

LIMIT = 200
KEYS_SHOWN = 8


def shape(value: object) -> str:
    """Such as `list of 50,000 objects with keys id, total, status`; at most 200 characters."""
    text = _shape(value, 2)
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"


def _shape(value: object, depth: int) -> str:
    kind = type(value)
    if issubclass(kind, str):
        return f"string of {str.__len__(value):,} characters"
    if issubclass(kind, dict):
        return _object(list(dict.items(value)), depth)
    if "__dataclass_fields__" in dir(kind):
        return _object([(name, getattr(value, name, None)) for name in kind.__dataclass_fields__], depth)
    if issubclass(kind, (list, tuple)):
        return _list(list(list.__iter__(value) if issubclass(kind, list) else tuple.__iter__(value)), depth)
    if value is None:
        return "null"
    if issubclass(kind, bool):
        return "boolean"
    if issubclass(kind, (int, float)):
        return "number"
    return f"object of class {kind.__name__}"


def _object(items: list[tuple[object, object]], depth: int) -> str:
    if not items:
        return "empty object"
    shown = [str(key)[:40] for key, _ in items[:KEYS_SHOWN]]
    more = f" and {len(items) - len(shown):,} more" if len(items) > len(shown) else ""
    text = f"object with {'key' if len(items) == 1 else 'keys'} {', '.join(shown)}{more}"
    large = [(key, item) for key, item in items if isinstance(item, (str, dict, list, tuple)) and len(item) > KEYS_SHOWN]
    if depth > 0 and large:
        key, item = max(large, key=lambda pair: len(pair[1]))
        text += f"; {str(key)[:40]} is a {_shape(item, depth - 1)}"
    return text


def _list(items: list[object], depth: int) -> str:
    if not items:
        return "empty list"
    count = f"list of {len(items):,}"
    names = {_kind(item) for item in items[:1000]}
    if len(names) != 1:
        return f"{count} items of mixed types"
    name = names.pop()
    plural = name if len(items) > 1 else name[:-1]
    if name == "objects" and depth > 0:
        keys = " ".join(_shape(items[0], 0).split(" ")[1:])
        return f"{count} {plural} {keys}" if keys.startswith("with ") else f"{count} {plural}"
    if name == "lists" and depth > 0:
        return f"{count} {plural}, the first a {_shape(items[0], depth - 1)}"
    return f"{count} {plural}"


def _kind(item: object) -> str:
    if isinstance(item, str):
        return "strings"
    if isinstance(item, bool):
        return "booleans"
    if isinstance(item, (int, float)):
        return "numbers"
    if item is None:
        return "nulls"
    return "lists" if isinstance(item, (list, tuple)) else "objects"
