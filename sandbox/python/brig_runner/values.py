"""Python values to JSON text, faithfully or with an error that says where."""

import sys

from .json_text import quote
from .value_errors import NotJson, class_name, describe

FLUSH_AT = 16384
KEYS_KEPT = 4096
# Methods of the base classes: a subclass may override its own.
int_text = int.__repr__
float_text = float.__repr__
plain_str = str.__str__


class Encoded:
    """JSON text in UTF-8 and its size. One that is `too_large` is cut off a byte behind the limit."""

    __slots__ = ("body", "size", "too_large")

    def __init__(self, body: bytes, size: int, too_large: bool) -> None:
        self.body = body
        self.size = size
        self.too_large = too_large


def encode(value: object, root: str = "result", depth_limit: int = 200, limit: int | None = None) -> Encoded:
    """Encodes a value; TypeError or ValueError with a path such as `result.items[3].price` when it has no JSON form."""
    try:
        try:
            return _Encoder(depth_limit, limit, quote).encode(value)
        except UnicodeEncodeError:
            # A lone surrogate somewhere: only the second pass looks at each text, to find where.
            return _Encoder(depth_limit, limit, _checked_quote).encode(value)
    except NotJson as fault:
        error = fault.as_error(root)
    raise error


def _checked_quote(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotJson("is text with a lone surrogate, which UTF-8 can't hold") from None
    return quote(text)


class _Encoder:
    def __init__(self, depth_limit: int, limit: int | None, quote_text) -> None:
        self.depth_left = depth_limit
        self.depth_limit = depth_limit
        self.limit = limit
        self.quote = quote_text
        self.parts: list[str] = []
        self.chunks: list[bytes] = []
        self.size = 0
        self.open: set[int] = set()
        self.keys: dict[str, str] = {}
        self.special = _special_classes()

    def encode(self, value: object) -> Encoded:
        self.value(value)
        self.flush()
        return Encoded(b"".join(self.chunks), self.size, self.limit is not None and self.size > self.limit)

    def flush(self) -> None:
        chunk = "".join(self.parts).encode("utf-8")
        self.parts.clear()
        if self.limit is None:
            self.chunks.append(chunk)
        elif self.size <= self.limit:
            self.chunks.append(chunk[: self.limit + 1 - self.size])
        self.size += len(chunk)

    def value(self, value: object) -> None:
        kind = type(value)
        if kind is str:
            self.parts.append(self.quote(value))
        elif kind is int:
            self.integer(value)
        elif kind is float:
            self.number(value)
        elif value is None:
            self.parts.append("null")
        elif value is True:
            self.parts.append("true")
        elif value is False:
            self.parts.append("false")
        elif kind is dict:
            self.container(value, self.object, dict.items)
        elif kind is list:
            self.container(value, self.array, list.__iter__)
        elif kind is tuple:
            self.container(value, self.array, tuple.__iter__)
        else:
            self.other(value, kind)

    def integer(self, value: int) -> None:
        try:
            self.parts.append(int_text(value))
        except ValueError:
            raise NotJson("is an integer with too many digits") from None

    def number(self, value: float) -> None:
        if value - value != 0.0:
            raise NotJson(f"is {float_text(value).replace('nan', 'NaN').replace('inf', 'Infinity')}, which JSON can't hold")
        self.parts.append(float_text(value))

    def container(self, value: object, write, iterate) -> None:
        """Guards one level of nesting: against cycles and against depth."""
        key = id(value)
        if key in self.open:
            raise NotJson("contains itself")
        if self.depth_left == 0:
            raise NotJson(f"is nested deeper than {self.depth_limit} levels")
        self.depth_left -= 1
        self.open.add(key)
        write(iterate(value))
        self.open.discard(key)
        self.depth_left += 1
        if len(self.parts) > FLUSH_AT:
            self.flush()

    def array(self, items) -> None:
        parts = self.parts
        comma = "["
        index = -1
        try:
            for index, item in enumerate(items):
                parts.append(comma)
                comma = ","
                self.value(item)
                if len(parts) > FLUSH_AT:
                    self.flush()
        except NotJson as fault:
            fault.steps.append(index)
            raise
        parts.append("[]" if comma == "[" else "]")

    def object(self, items) -> None:
        parts, keys = self.parts, self.keys
        comma = "{"
        converted: dict | None = None
        plain: list[str] = []
        key = None
        try:
            for key, item in items:
                parts.append(comma)
                comma = ","
                if type(key) is str:
                    text = keys.get(key)
                    if text is None:
                        text = self.quote(key) + ":"
                        if len(keys) < KEYS_KEPT:
                            keys[key] = text
                    plain.append(key)
                else:
                    name = self.key(key)
                    if converted is None:
                        converted = {}
                    if name in converted:
                        raise NotJson(f"has two keys that are both {quote(name)} in JSON", here=True)
                    converted[name] = True
                    text = self.quote(name) + ":"
                parts.append(text)
                self.value(item)
                if len(parts) > FLUSH_AT:
                    self.flush()
            if converted is not None:
                for name in plain:
                    if name in converted:
                        raise NotJson(f"has two keys that are both {quote(name)} in JSON", here=True)
        except NotJson as fault:
            fault.step(key)
            raise
        parts.append("{}" if comma == "{" else "}")

    def key(self, key: object) -> str:
        """The JSON name of a key that isn't simply a str: an int, or a subclass's own text."""
        kind = type(key)
        if issubclass(kind, self.special["Enum"]):
            return self.key(key._value_)
        if issubclass(kind, str):
            return plain_str(key)
        if issubclass(kind, int) and kind is not bool:
            return int_text(key)
        raise NotJson(f"has a key that is {describe(key)}; the keys of JSON objects are text", TypeError, here=True)

    def other(self, value: object, kind: type) -> None:
        """Subclasses, and the classes that the contract converts."""
        special = self.special
        if issubclass(kind, special["Enum"]):
            self.value(self.ask(lambda: value._value_))
        elif issubclass(kind, str):
            self.parts.append(self.quote(plain_str(value)))
        elif issubclass(kind, int):
            self.integer(value)
        elif issubclass(kind, float):
            self.number(float.__pos__(value))
        elif issubclass(kind, dict):
            self.container(value, self.object, dict.items)
        elif issubclass(kind, list):
            self.container(value, self.array, list.__iter__)
        elif issubclass(kind, tuple):
            self.container(value, self.array, tuple.__iter__)
        elif issubclass(kind, special["datetime"]):
            self.text(value, special["datetime"].isoformat)
        elif issubclass(kind, special["date"]):
            self.text(value, special["date"].isoformat)
        elif issubclass(kind, special["time"]):
            self.text(value, special["time"].isoformat)
        elif issubclass(kind, special["Decimal"]):
            if not special["Decimal"].is_finite(value):
                raise NotJson(f"is {special['Decimal'].__str__(value)}, which JSON can't hold")
            self.text(value, special["Decimal"].__str__)
        elif "__dataclass_fields__" in dir(kind):
            self.container(value, self.object, self.fields)
        elif callable(getattr(kind, "model_dump", None)):
            self.container(value, lambda dumped: self.value(dumped), lambda model: self.ask(model.model_dump))
        else:
            raise NotJson(f"is {describe(value)}", TypeError)

    def text(self, value: object, convert) -> None:
        self.parts.append(self.quote(plain_str(self.ask(lambda: convert(value)))))

    def fields(self, value: object):
        for name, field in type(value).__dataclass_fields__.items():
            # ClassVar and InitVar are in the table too, but aren't fields.
            if field._field_type.name == "_FIELD":
                yield name, self.ask(lambda: getattr(value, name))

    def ask(self, read):
        """Runs code of the value's own class; what it raises is told as the value's fault."""
        try:
            return read()
        except NotJson:
            raise
        except Exception as error:
            raise NotJson(f"could not be read: {class_name(type(error))}: {error}") from None


def _special_classes() -> dict[str, type]:
    """Classes of modules that only count once the program has imported them."""
    found = {}
    for module, names in (("_datetime", ("datetime", "date", "time")), ("_decimal", ("Decimal",)), ("enum", ("Enum",))):
        for name in names:
            kind = getattr(sys.modules.get(module), name, None)
            found[name] = kind if isinstance(kind, type) else _Absent
    return found


class _Absent:
    """Stands for a class whose module was never imported: nothing is an instance of it."""
