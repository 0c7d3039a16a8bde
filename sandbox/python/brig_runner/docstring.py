"""Descriptions from docstrings: Google's, NumPy's and Sphinx's way of naming parameters."""

import re

PARAMETERS = {"args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters"}
OTHER = {"returns", "return", "yields", "yield", "raises", "except", "exceptions", "attributes", "warns", "receives"}
HEADING = re.compile(r"^([A-Za-z ]+):\s*$")
FIELD = re.compile(r"^:(\w+)(?:\s+([^:]*))?:\s*(.*)$")
GOOGLE_ITEM = re.compile(r"^\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$")
NUMPY_ITEM = re.compile(r"^\*{0,2}(\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?$")


class Documented:
    """A docstring's own words, and what it says of each parameter."""

    def __init__(self, description: str, parameters: dict[str, str]) -> None:
        self.description = description
        self.parameters = parameters


def parse_docstring(text: str) -> Documented:
    """Splits a cleaned docstring (see `inspect.cleandoc`) at its sections."""
    lines = text.splitlines()
    description: list[str] = []
    parameters: dict[str, str] = {}
    index = 0
    in_description = True
    while index < len(lines):
        heading, size = _heading(lines, index)
        field = FIELD.match(lines[index])
        if heading is not None:
            in_description = False
            block, index = _block(lines, index + size, numpy=size == 2)
            if heading in PARAMETERS:
                parameters |= _numpy_items(block) if size == 2 else _google_items(block)
        elif field:
            in_description = False
            kind, about, said = field.group(1), field.group(2) or "", [field.group(3)]
            index += 1
            while index < len(lines) and lines[index].startswith((" ", "\t")):
                said.append(lines[index].strip())
                index += 1
            if kind in ("param", "parameter", "arg", "argument", "key", "keyword") and about.split():
                parameters[about.split()[-1].lstrip("*")] = _join(said)
        else:
            if in_description:
                description.append(lines[index])
            index += 1
    return Documented("\n".join(description).strip(), {name: said for name, said in parameters.items() if said})


def _heading(lines: list[str], index: int) -> tuple[str | None, int]:
    """The section that starts at a line, and how many lines its heading takes."""
    line = lines[index]
    google = HEADING.match(line)
    if google and google.group(1).lower() in PARAMETERS | OTHER:
        return google.group(1).lower(), 1
    below = lines[index + 1].strip() if index + 1 < len(lines) else ""
    if len(below) >= 3 and set(below) <= {"-"} and line.strip().lower() in PARAMETERS | OTHER:
        return line.strip().lower(), 2
    return None, 0


def _block(lines: list[str], index: int, numpy: bool) -> tuple[list[str], int]:
    """A section's lines: for Google the indented ones, for NumPy all up to the next heading."""
    block = []
    while index < len(lines):
        line = lines[index]
        ends = _heading(lines, index)[0] is not None if numpy else bool(line.strip()) and not line.startswith((" ", "\t"))
        underlined = numpy and index + 1 < len(lines) and set(lines[index + 1].strip()) == {"-"}
        if ends or underlined:
            break
        block.append(line)
        index += 1
    return block, index


def _google_items(block: list[str]) -> dict[str, str]:
    indent = min((len(line) - len(line.lstrip()) for line in block if line.strip()), default=0)
    items: dict[str, list[str]] = {}
    current = None
    for line in block:
        deeper = len(line) - len(line.lstrip()) > indent
        match = None if deeper else GOOGLE_ITEM.match(line.strip())
        if match:
            current = match.group(1)
            items[current] = [match.group(2)]
        elif current is not None:
            items[current].append(line.strip())
    return {name: _join(said) for name, said in items.items()}


def _numpy_items(block: list[str]) -> dict[str, str]:
    items: dict[str, list[str]] = {}
    current: list[str] = []
    for line in block:
        match = NUMPY_ITEM.match(line) if line and not line.startswith((" ", "\t")) else None
        if match:
            current = [name.strip().lstrip("*") for name in match.group(1).split(",")]
            items |= {name: [] for name in current}
        else:
            for name in current:
                items[name].append(line.strip())
    return {name: _join(said) for name, said in items.items()}


def _join(said: list[str]) -> str:
    return " ".join(part for part in said if part).strip()
