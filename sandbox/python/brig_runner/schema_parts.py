"""Small pieces of JSON Schema."""

import ast

from .type_names import SCALARS
from .values import encode


def items(schema: dict) -> dict:
    """An array of such values."""
    return {"type": "array", **({"items": schema} if schema else {})}


def enum(values: list[object]) -> dict:
    """A choice of literal values, with their type when they share one."""
    types = {SCALARS.get(type(value).__name__, {"type": "null"})["type"] for value in values}
    return {**({"type": types.pop()} if len(types) == 1 else {}), "enum": values}


def nullable(schema: dict) -> dict:
    """The same, or null."""
    choices = schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
    if schema == {} or {"type": "null"} in choices:
        return schema
    outer = {key: schema[key] for key in ("description",) if key in schema}
    inner = [{key: value for key, value in choice.items() if key not in outer} for choice in choices]
    return {"anyOf": [*inner, {"type": "null"}], **outer}


def literal(node: ast.expr) -> tuple[bool, object]:
    """Whether an expression is a literal that JSON can hold, and its value."""
    try:
        value = ast.literal_eval(node)
        if isinstance(value, tuple):
            value = list(value)
        encode(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False, None
    return True, value
