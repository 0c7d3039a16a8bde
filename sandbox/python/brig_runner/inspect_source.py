"""What a source says of its function, without running it: the op `inspect`."""

import ast

from .docstring import parse_docstring
from .frames import HEADER_LIMIT, header_text
from .program import SourceFault, as_syntax_error, parse_source
from .schema_types import TooLarge, TypeReader
from .signature import input_schema

FILE = "source.py"
SEQUENCES = (ast.If, ast.Try, ast.With)


def inspect_source(source: bytes, name: str) -> dict:
    """The header of an `inspected` frame for the source of a function with that name."""
    try:
        _, tree = parse_source(source, FILE)
        # Some errors (a `return` outside a function) only the compiler sees.
        compile(tree, FILE, "exec", dont_inherit=True)
        answer = _describe(tree, name)
        if len(header_text(answer)) > HEADER_LIMIT // 2:
            raise TooLarge
        return answer
    except SourceFault as fault:
        return _failure("source_syntax", fault.error.msg, fault.error.lineno, fault.error.offset)
    except SyntaxError as error:
        return _failure("source_syntax", error.msg, error.lineno, error.offset)
    except (ValueError, RecursionError, MemoryError) as error:
        return _failure("source_syntax", as_syntax_error(error, FILE).msg, None, None)
    except TooLarge:
        return _failure("source_syntax", "the types in the function's signature are too large to describe", None, None)


def _failure(code: str, message: str, line: int | None, column: int | None) -> dict:
    error = {"code": code, "message": message, "line": line, "column": column}
    return {"op": "inspected", "ok": False, "error": error}


def _describe(tree: ast.Module, name: str) -> dict:
    statements = list(_top_level(tree.body))
    found = _find_entry(statements, name)
    if found is None:
        wanted = ", ".join(dict.fromkeys((name, "main", "handler(input, context)")))
        return _failure("no_entry", f"the source defines none of the functions {wanted}", None, None)
    entry, node = found
    reader = TypeReader(statements)
    module_text = ast.get_docstring(tree)
    if node is None:
        reader.warnings.append(f"{entry} is not a plain function, so its signature can't be read")
        schema, parameters, output, own = {"type": "object"}, [], None, None
    else:
        own = ast.get_docstring(node)
        documented = parse_docstring(own or "")
        handler = entry == "handler" and name != "handler"
        schema, parameters = input_schema(node, reader, documented.parameters, handler)
        output = None
        if node.returns is not None:
            output = reader.root(reader.read(node.returns, "the return value"))
    description = parse_docstring(own or module_text or "").description
    return {
        "op": "inspected",
        "ok": True,
        "description": description,
        "entry": entry,
        "input_schema": schema,
        "output_schema": output,
        "parameters": parameters,
        "warnings": list(dict.fromkeys(reader.warnings)),
    }


def _top_level(body: list[ast.stmt]):
    """Every statement of the module's own scope, those inside if, try and with too."""
    for node in body:
        yield node
        if isinstance(node, SEQUENCES):
            for name in ("body", "orelse", "finalbody"):
                yield from _top_level(getattr(node, name, []))
            for handler in getattr(node, "handlers", []):
                yield from _top_level(handler.body)


def _find_entry(statements: list[ast.stmt], name: str) -> tuple[str, ast.FunctionDef | ast.AsyncFunctionDef | None] | None:
    """The entry's name and definition; None as the definition for a name that is bound in another way."""
    bound: dict[str, ast.FunctionDef | ast.AsyncFunctionDef | None] = {}
    for node in statements:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            bound[node.name] = node
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and not isinstance(node.value, ast.Constant):
                    bound[target.id] = None
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update({alias.asname or alias.name: None for alias in node.names})
    for wanted in (name, "main", "handler"):
        if wanted in bound:
            return wanted, bound[wanted]
    return None
