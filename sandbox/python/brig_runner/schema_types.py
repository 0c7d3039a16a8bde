"""Type annotations, read from the syntax tree, as JSON Schema."""

import ast

from .schema_classes import ClassReader
from .schema_parts import enum, items, literal, nullable
from .type_names import ARRAYS, OBJECTS, SCALARS, TRANSPARENT, UNWRAPPED, Names

BUDGET = 20_000
DEPTH = 100


class TooLarge(Exception):
    """The types would make a schema that nobody can use, such as aliases that double each other."""


class TypeReader:
    """Reads the annotations of one module."""

    def __init__(self, statements: list[ast.stmt]) -> None:
        self.names = Names(statements)
        self.classes = ClassReader(self)
        self.definitions: dict[str, dict] = {}
        self.warnings: list[str] = []
        self.budget = BUDGET
        self.depth = 0
        self.reading: set[str] = set()

    def root(self, schema: dict, unfold: bool = False) -> dict:
        """A whole schema: with the definitions it refers to; unfolded when it is itself only a reference."""
        used: dict[str, dict] = {}
        self._collect(schema, used)
        name = schema.get("$ref", "").removeprefix("#/$defs/")
        if unfold and name in self.definitions:
            schema = {**self.definitions[name], **{key: value for key, value in schema.items() if key != "$ref"}}
            again: dict[str, dict] = {}
            self._collect(schema, again)
            used = again
        return {**schema, "$defs": used} if used else schema

    def _collect(self, part: object, used: dict[str, dict]) -> None:
        if isinstance(part, list):
            for item in part:
                self._collect(item, used)
        elif isinstance(part, dict):
            name = part.get("$ref")
            if isinstance(name, str) and name.startswith("#/$defs/"):
                name = name.removeprefix("#/$defs/")
                if name not in used and name in self.definitions:
                    used[name] = self.definitions[name]
                    self._collect(self.definitions[name], used)
            for key, item in part.items():
                if key not in ("default", "enum"):
                    self._collect(item, used)

    def read(self, node: ast.expr, place: str, received: bool = False) -> dict:
        """The schema of an annotation; `place` names it in warnings, `received` says that the function is given it."""
        self.budget -= 1
        if self.budget < 0 or self.depth > DEPTH:
            raise TooLarge
        self.depth += 1
        try:
            return self._read(node, place, received)
        finally:
            self.depth -= 1

    def _read(self, node: ast.expr, place: str, received: bool) -> dict:
        if isinstance(node, ast.Constant):
            if node.value is None:
                return {"type": "null"}
            if isinstance(node.value, str):
                try:
                    return self.read(ast.parse(node.value.strip(), mode="eval").body, place, received)
                except SyntaxError:
                    return self.unknown(node, place)
            return {} if node.value is ... else self.unknown(node, place)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            members: list[ast.expr] = []
            while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
                members.append(node.right)
                node = node.left
            return self.union([node, *reversed(members)], place, received)
        if isinstance(node, ast.Subscript):
            return self.generic(node, place, received)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.named(node, place, received)
        return self.unknown(node, place)

    def named(self, node: ast.expr, place: str, received: bool) -> dict:
        """A name without type arguments."""
        local = node.id if isinstance(node, ast.Name) else None
        if local in self.names.classes:
            return self.classes.refer(local, place, received)
        if local in self.names.aliases:
            if local in self.reading:
                return self.unknown(node, place)
            self.reading.add(local)
            try:
                return self.read(self.names.aliases[local], place, received)
            finally:
                self.reading.discard(local)
        name = self.names.of(node)
        if name in SCALARS:
            schema = dict(SCALARS[name])
            if received and ("format" in schema or name == "Decimal"):
                self.warnings.append(f"{place}: a {name} arrives as text")
            return schema
        if name in ARRAYS:
            return {"type": "array"}
        if name in OBJECTS:
            return {"type": "object"}
        if name in ("bytes", "bytearray", "memoryview"):
            self.warnings.append(f"{place} is {name}, which JSON has no form for")
            return {}
        return {} if name in ("Any", "object") else self.unknown(node, place)

    def generic(self, node: ast.Subscript, place: str, received: bool) -> dict:
        """A name with type arguments."""
        name = self.names.of(node.value)
        arguments = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        first = arguments[0] if arguments else None
        if name == "Annotated" and first is not None:
            return self.annotated(arguments, place, received)
        if name == "Literal":
            return self.literals(arguments, place)
        if name == "Optional":
            return nullable(self.read(first, place, received))
        if name == "Union":
            return self.union(arguments, place, received)
        if name in ("tuple", "Tuple"):
            return self.tuple(arguments, place, received)
        if name in ARRAYS:
            return items(self.read(first, place, received))
        if name in OBJECTS:
            if name == "Counter":
                return {"type": "object", "additionalProperties": {"type": "integer"}}
            values = self.read(arguments[1], place, received) if len(arguments) > 1 else {}
            return {"type": "object", **({"additionalProperties": values} if values else {})}
        if name in TRANSPARENT and first is not None:
            return self.read(first, place, received)
        if name in UNWRAPPED:
            return self.read(arguments[-1], place, received)
        if name in ("type", "Type", "Callable"):
            return self.unknown(node, place)
        # A generic class of the module's own: its arguments are left out.
        if isinstance(node.value, ast.Name) and node.value.id in {**self.names.classes, **self.names.aliases}:
            return self.named(node.value, place, received)
        return self.unknown(node, place)

    def tuple(self, arguments: list[ast.expr], place: str, received: bool) -> dict:
        if len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is ...:
            return items(self.read(arguments[0], place, received))
        if len(arguments) == 1 and isinstance(arguments[0], ast.Tuple):
            arguments = []
        prefix = [self.read(argument, place, received) for argument in arguments]
        return {"type": "array", **({"prefixItems": prefix} if prefix else {}), "minItems": len(prefix), "maxItems": len(prefix)}

    def annotated(self, arguments: list[ast.expr], place: str, received: bool) -> dict:
        """`Annotated[T, "description"]`, also `Field(description=…)` and `Doc("…")`."""
        schema = dict(self.read(arguments[0], place, received))
        for extra in arguments[1:]:
            text: ast.expr | None = extra
            if isinstance(extra, ast.Call):
                given = [word.value for word in extra.keywords if word.arg == "description"]
                text = given[0] if given else (extra.args[0] if extra.args and self.names.of(extra.func) == "Doc" else None)
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                schema["description"] = text.value
                break
        return schema

    def literals(self, arguments: list[ast.expr], place: str) -> dict:
        values = []
        for argument in arguments:
            found, value = literal(argument)
            inner = argument
            if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name) and inner.value.id in self.names.classes:
                found, value = self.classes.member(inner.value.id, inner.attr)
            elif isinstance(inner, (ast.Name, ast.Subscript)):
                nested = self.read(inner, place)
                if "enum" in nested:
                    values += nested["enum"]
                    continue
            if not found:
                return self.unknown(argument, place)
            values.append(value)
        return enum(values)

    def union(self, members: list[ast.expr], place: str, received: bool) -> dict:
        choices: list[dict] = []
        for member in members:
            schema = self.read(member, place, received)
            for choice in schema["anyOf"] if set(schema) == {"anyOf"} else [schema]:
                if choice == {}:
                    return {}
                if choice not in choices:
                    choices.append(choice)
        return choices[0] if len(choices) == 1 else {"anyOf": choices}

    def unknown(self, node: ast.expr, place: str) -> dict:
        """Anything is allowed where the type isn't known, and a warning says so."""
        text = ast.unparse(node)
        self.warnings.append(f"{place}: the type {text if len(text) <= 80 else text[:80] + '…'} is not known, so any value is allowed")
        return {}
