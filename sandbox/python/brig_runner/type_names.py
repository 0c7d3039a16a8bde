"""The names that annotations are made of, and what they mean in JSON."""

import ast

SCALARS: dict[str, dict] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "None": {"type": "null"},
    "NoneType": {"type": "null"},
    "Text": {"type": "string"},
    "AnyStr": {"type": "string"},
    "LiteralString": {"type": "string"},
    "datetime": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "time"},
    "Decimal": {"type": "string"},
    "UUID": {"type": "string", "format": "uuid"},
    "Number": {"type": "number"},
    "Real": {"type": "number"},
    "Integral": {"type": "integer"},
}
ARRAYS = {
    "list", "List", "tuple", "Tuple", "set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet",
    "Sequence", "MutableSequence", "Iterable", "Collection", "Container", "Iterator", "Generator", "Deque", "deque",
}  # fmt: skip
OBJECTS = {
    "dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "DefaultDict", "defaultdict", "Counter", "ChainMap",
    "TypedDict",
}  # fmt: skip
# Their first argument is the type.
TRANSPARENT = {"Required", "NotRequired", "ReadOnly", "Final", "ClassVar", "InitVar"}
# Their last argument is what comes out.
UNWRAPPED = {"Awaitable", "Coroutine"}
MODULES = {"typing", "typing_extensions", "collections", "collections.abc", "datetime", "decimal", "uuid", "enum",
           "dataclasses", "numbers", "types", "builtins", "pydantic", "pydantic.dataclasses"}  # fmt: skip


class Names:
    """What the names of one module stand for."""

    def __init__(self, statements: list[ast.stmt]) -> None:
        self.imported: dict[str, str] = {}
        self.classes: dict[str, ast.ClassDef] = {}
        self.aliases: dict[str, ast.expr] = {}
        self.tables: dict[str, ast.Call] = {}
        for node in statements:
            self._add(node)

    def _add(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.imported[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                self.imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] = node
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self._alias(node.targets[0].id, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            if self.of(node.annotation) == "TypeAlias":
                self._alias(node.target.id, node.value)
        elif type(node).__name__ == "TypeAlias":
            self._alias(node.name.id, node.value)

    def _alias(self, name: str, value: ast.expr) -> None:
        if isinstance(value, ast.Call):
            made = self.of(value.func)
            if made == "NewType" and len(value.args) == 2:
                self.aliases[name] = value.args[1]
            elif made == "TypedDict" and len(value.args) == 2 and isinstance(value.args[1], ast.Dict):
                self.classes[name] = _typed_dict(name, value)
        elif isinstance(value, (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp)):
            self.aliases[name] = value
        elif isinstance(value, ast.Constant) and isinstance(value.value, str):
            self.aliases[name] = value

    def of(self, node: ast.expr) -> str | None:
        """The plain name of a known type: `dt.datetime`, `typing.List` and `L` (imported as such) are `datetime`, `List`, `List`."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        first = self.imported.get(node.id)
        if first is None:
            # Not imported: a builtin, or a name that only a checker would resolve.
            return None if parts else node.id
        full = ".".join([first, *reversed(parts)])
        module, _, name = full.rpartition(".")
        return name if module in MODULES else None


def _typed_dict(name: str, call: ast.Call) -> ast.ClassDef:
    """`TypedDict("T", {...})` as the class that it stands for."""
    fields = [
        ast.AnnAssign(target=ast.Name(id=key.value), annotation=value, value=None, simple=1)
        for key, value in zip(call.args[1].keys, call.args[1].values)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]
    return ast.ClassDef(name=name, bases=[call.func], keywords=call.keywords, body=fields, decorator_list=[])
