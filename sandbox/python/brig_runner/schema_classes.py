"""Classes that have a JSON form: TypedDict, dataclass, NamedTuple, Enum, pydantic models."""

import ast

from .schema_parts import enum, literal, nullable

ENUMS = {"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "ReprEnum"}


class ClassReader:
    """Makes a definition of each class that an annotation names; a class may refer to itself."""

    def __init__(self, reader: object) -> None:
        self.reader = reader
        self.started: set[str] = set()

    def refer(self, name: str, place: str, received: bool) -> dict:
        """A reference to the class's definition, or its warning."""
        kind = self.kind(name)
        if kind is None:
            return self.reader.unknown(ast.Name(id=name), place)
        if name not in self.started:
            self.started.add(name)
            node = self.reader.names.classes[name]
            schema = {
                "enum": self.enumeration,
                "tuple": self.named_tuple,
            }.get(kind, self.fields)(node, kind)
            said = (ast.get_docstring(node) or "").split("\n\n")[0].strip()
            self.reader.definitions[name] = {**schema, **({"description": said} if said else {})}
        if received and kind in ("data", "tuple", "enum", "model"):
            form = {"data": "a dict", "model": "a dict", "tuple": "a list", "enum": "its value"}[kind]
            self.reader.warnings.append(f"{place}: {name} arrives as {form}, not as an instance")
        return {"$ref": f"#/$defs/{name}"}

    def kind(self, name: str, seen: frozenset[str] = frozenset()) -> str | None:
        """Which of the known kinds a class is, by its bases and decorators; None for others."""
        node = self.reader.names.classes.get(name)
        if node is None or name in seen:
            return None
        for decorator in node.decorator_list:
            if self.reader.names.of(decorator.func if isinstance(decorator, ast.Call) else decorator) == "dataclass":
                return "data"
        for base in node.bases:
            target = base.value if isinstance(base, ast.Subscript) else base
            known = self.reader.names.of(target)
            if known in ENUMS:
                return "enum"
            if known in ("TypedDict", "NamedTuple", "BaseModel"):
                return {"TypedDict": "typed", "NamedTuple": "tuple", "BaseModel": "model"}[known]
            if isinstance(target, ast.Name) and (found := self.kind(target.id, seen | {name})):
                return found
        return None

    def bases(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """The class's lines of descent in this module, furthest first."""
        found: list[ast.ClassDef] = []

        def visit(inner: ast.ClassDef, path: frozenset[str]) -> None:
            for base in inner.bases:
                if isinstance(base, ast.Name) and base.id in self.reader.names.classes and base.id not in path:
                    visit(self.reader.names.classes[base.id], path | {base.id})
            if inner not in found:
                found.append(inner)

        visit(node, frozenset({node.name}))
        return found

    def fields(self, node: ast.ClassDef, kind: str) -> dict:
        """An object with the annotated names of the class and of its bases."""
        properties: dict[str, dict] = {}
        required: dict[str, bool] = {}
        for part in self.bases(node):
            total = not any(word.arg == "total" and _is(word.value, False) for word in part.keywords)
            for line in part.body:
                if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
                    continue
                name = line.target.id
                marks = self.marks(line.annotation)
                made = self.made(line.value)
                if "ClassVar" in marks or "KW_ONLY" in marks or made.get("init") is False:
                    continue
                schema = dict(self.reader.read(line.annotation, f"{node.name}.{name}"))
                needed = total if kind == "typed" else line.value is None or made.get("needed", False)
                needed = False if "NotRequired" in marks else True if "Required" in marks else needed
                default = made["default"] if "default" in made else None if "init" in made else line.value
                self.default(schema, default, properties, name)
                if "description" in made:
                    properties[name]["description"] = made["description"]
                required[name] = needed
        schema = {"type": "object", "properties": properties}
        names = [name for name, needed in required.items() if needed]
        return {**schema, "required": names} if names else schema

    def default(self, schema: dict, default: ast.expr | None, properties: dict[str, dict], name: str) -> None:
        if default is not None:
            found, value = literal(default)
            if found and value is None:
                schema = dict(nullable(schema))
            if found:
                schema["default"] = value
        properties[name] = schema

    def made(self, value: ast.expr | None) -> dict:
        """What `field(...)` or `Field(...)` says of a field."""
        if not isinstance(value, ast.Call) or self.reader.names.of(value.func) not in ("field", "Field"):
            return {}
        words = {word.arg: word.value for word in value.keywords}
        told: dict = {"init": not _is(words.get("init"), False)}
        given = words.get("default", value.args[0] if value.args else None)
        if isinstance(given, ast.Constant) and given.value is ...:
            given = None
        if given is not None:
            told["default"] = given
        told["needed"] = given is None and "default_factory" not in words
        description = words.get("description")
        if isinstance(description, ast.Constant) and isinstance(description.value, str):
            told["description"] = description.value
        return told

    def marks(self, node: ast.expr) -> set[str]:
        """The qualifiers around a field's type: Required, NotRequired, ClassVar and the like."""
        found: set[str] = set()
        for _ in range(10):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                try:
                    node = ast.parse(node.value, mode="eval").body
                except SyntaxError:
                    break
            name = self.reader.names.of(node.value if isinstance(node, ast.Subscript) else node)
            if name is not None:
                found.add(name)
            if not isinstance(node, ast.Subscript) or name not in ("Annotated", "Required", "NotRequired", "ReadOnly"):
                break
            node = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        return found

    def named_tuple(self, node: ast.ClassDef, kind: str) -> dict:
        """A list with one place for each field, which is what a NamedTuple becomes in JSON."""
        fields = [line for line in node.body if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)]
        prefix = []
        for line in fields:
            schema = self.reader.read(line.annotation, f"{node.name}.{line.target.id}")
            prefix.append({"title": line.target.id, **schema})
        needed = sum(line.value is None for line in fields)
        return {"type": "array", "prefixItems": prefix, "minItems": needed, "maxItems": len(fields)}

    def members(self, node: ast.ClassDef) -> dict[str, object] | None:
        """The values of an Enum by name; None when one of them isn't a literal."""
        text = any(self.reader.names.of(base) in ("StrEnum",) for base in node.bases)
        found: dict[str, object] = {}
        last = 0
        for line in node.body:
            if not isinstance(line, ast.Assign) or not isinstance(line.targets[0], ast.Name):
                continue
            name = line.targets[0].id
            if name.startswith("_"):
                continue
            if isinstance(line.value, ast.Call) and self.reader.names.of(line.value.func) == "auto" and not line.value.args:
                value: object = name.lower() if text else last + 1
            else:
                known, value = literal(line.value)
                if not known:
                    return None
            if isinstance(value, int):
                last = value
            found[name] = value
        return found

    def member(self, class_name: str, name: str) -> tuple[bool, object]:
        """The value of one member of an Enum."""
        if self.kind(class_name) != "enum":
            return False, None
        found = self.members(self.reader.names.classes[class_name]) or {}
        return name in found, found.get(name)

    def enumeration(self, node: ast.ClassDef, kind: str) -> dict:
        found = self.members(node)
        if not found:
            self.reader.warnings.append(f"the values of the Enum {node.name} can't be read, so any value is allowed")
            return {}
        values: list[object] = []
        for value in found.values():
            if value not in values or any(type(value) is not type(v) for v in values if v == value):
                values.append(value)
        return enum(values)


def _is(node: ast.expr | None, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
