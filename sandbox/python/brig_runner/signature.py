"""A function's parameters as the JSON Schema of its input object."""

import ast

from .entry import WHOLE
from .schema_parts import literal, nullable
from .schema_types import TypeReader


def input_schema(
    node: ast.FunctionDef | ast.AsyncFunctionDef, reader: TypeReader, documented: dict[str, str], handler: bool
) -> tuple[dict, list[str]]:
    """The schema, and the parameter names in the order in which positional arguments fill them."""
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    if handler:
        return whole(plain[0] if plain else None, reader)
    everything = [*plain, *arguments.kwonlyargs]
    alone = len(everything) == 1 and arguments.vararg is None and arguments.kwarg is None
    if alone and everything[0].arg in WHOLE:
        return whole(everything[0], reader)
    defaults: dict[str, ast.expr] = {}
    if arguments.defaults:
        defaults = {arg.arg: value for arg, value in zip(plain[-len(arguments.defaults) :], arguments.defaults)}
    defaults |= {arg.arg: value for arg, value in zip(arguments.kwonlyargs, arguments.kw_defaults) if value is not None}

    properties = {}
    required = []
    for arg in everything:
        properties[arg.arg] = parameter(arg, defaults.get(arg.arg), reader, documented.get(arg.arg))
        if arg.arg not in defaults:
            required.append(arg.arg)
    schema: dict = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    schema["additionalProperties"] = False
    if arguments.kwarg is not None:
        annotation = arguments.kwarg.annotation
        schema["additionalProperties"] = True
        if annotation is not None:
            schema["additionalProperties"] = reader.read(annotation, f"**{arguments.kwarg.arg}") or True
    if arguments.vararg is not None:
        reader.warnings.append(f"*{arguments.vararg.arg} is ignored: the input is an object of named values")
    return reader.root(schema), [arg.arg for arg in everything]


def whole(arg: ast.arg | None, reader: TypeReader) -> tuple[dict, list[str]]:
    """The schema of a parameter that receives the whole input object."""
    if arg is None or arg.annotation is None:
        return {"type": "object"}, []
    schema = reader.root(reader.read(arg.annotation, f"parameter '{arg.arg}'", received=True), unfold=True)
    if schema.get("type") != "object":
        return {"type": "object"}, []
    return schema, list(schema.get("properties", {}))


def parameter(arg: ast.arg, default: ast.expr | None, reader: TypeReader, description: str | None) -> dict:
    """The schema of one parameter, with its default and description."""
    schema: dict = {}
    if arg.annotation is not None:
        schema = dict(reader.read(arg.annotation, f"parameter '{arg.arg}'", received=True))
    if default is not None:
        found, value = literal(default)
        if found and value is None:
            schema = dict(nullable(schema))
        if found:
            # Beside a $ref a default is allowed since draft 2019-09.
            schema["default"] = value
    if description and "description" not in schema:
        schema["description"] = description
    return schema
