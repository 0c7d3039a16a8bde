"""A program with a top-level `return`, compiled as a function whose names are all global."""

from _ast import (
    PyCF_ONLY_AST,
    AnnAssign,
    Assign,
    AST,
    AsyncFor,
    AsyncFunctionDef,
    AsyncWith,
    Await,
    Call,
    ClassDef,
    Constant,
    DictComp,
    ExceptHandler,
    Expr,
    FunctionDef,
    GeneratorExp,
    Global,
    Import,
    ImportFrom,
    Lambda,
    ListComp,
    Load,
    MatchAs,
    MatchMapping,
    MatchStar,
    Name,
    NamedExpr,
    Pass,
    Return,
    SetComp,
    Tuple,
    Yield,
    YieldFrom,
    comprehension,
)

FUNCTIONS = (FunctionDef, AsyncFunctionDef)
SCOPES = (FunctionDef, AsyncFunctionDef, ClassDef, Lambda)
COMPREHENSIONS = (ListComp, SetComp, DictComp, GeneratorExp)
# CO_OPTIMIZED and CO_NEWLOCALS: without them a function's code runs with the module's names as its locals.
FUNCTION_LOCALS = 0x3


class ReturnSearch:
    """Looks for a `return` that belongs to no function or class."""

    @staticmethod
    def found(body: list[AST]) -> bool:
        """True when a list of statements has one, however deep in if, for, while, with, try or match."""
        waiting = list(body)
        while waiting:
            node = waiting.pop()
            if isinstance(node, Return):
                return True
            if isinstance(node, SCOPES):
                continue
            for name in ("body", "orelse", "finalbody", "handlers", "cases"):
                inner = getattr(node, name, None)
                if isinstance(inner, list):
                    waiting.extend(inner)
        return False


def wrap(tree: AST, file: str, star: str) -> object:
    """Compiles a module's tree as one function body; its code returns `(value,)` for a `return` that ran, else None."""
    body = tree.body
    future = 0
    while future < len(body) and (
        (isinstance(body[future], ImportFrom) and body[future].module == "__future__" and body[future].level == 0)
        or (future == 0 and isinstance(body[0], Expr) and isinstance(body[0].value, Constant))
    ):
        future += 1
    names = _Names(file)
    rest = [names.statement(node, star) for node in body[future:]]
    module = compile("def program(): pass", file, "exec", PyCF_ONLY_AST, dont_inherit=True)
    function = module.body[0]
    if names.awaits:
        module = compile("async def program(): pass", file, "exec", PyCF_ONLY_AST, dont_inherit=True)
        function = module.body[0]
    declared = [Global(names=sorted(names.bound), lineno=1, col_offset=0)] if names.bound else []
    function.body = [*declared, *rest] or function.body
    module.body = [*body[:future], function]
    code = compile(module, file, "exec", 0, dont_inherit=True)
    inner = next(part for part in code.co_consts if hasattr(part, "co_code") and part.co_name == "program")
    return inner.replace(co_flags=inner.co_flags & ~FUNCTION_LOCALS, co_name="<module>", co_qualname="<module>")


def star_import(namespace: dict, module: str, level: int) -> None:
    """`from module import *` into a namespace, as the import statement does it."""
    found = __import__(module, namespace, None, ["*"], level)
    names = getattr(found, "__all__", None)
    if names is None:
        names = [name for name in vars(found) if not name.startswith("_")]
    namespace.update({name: getattr(found, name) for name in names})


class _Names:
    """Collects what the top level binds and whether it awaits, and rewrites what a function body can't hold."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.bound: set[str] = set()
        self.awaits = False

    def statement(self, node: AST, star: str) -> AST:
        """One statement, rewritten, with those nested in it."""
        place = {name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset") if hasattr(node, name)}
        if isinstance(node, Return):
            value = node.value or Constant(value=None, **place)
            self.expression(value)
            return Return(value=Tuple(elts=[value], ctx=Load(), **place), **place)
        if isinstance(node, AnnAssign) and isinstance(node.target, Name):
            self.expression(node.target)
            if node.value is None:
                return Pass(**place)
            self.expression(node.value)
            return Assign(targets=[node.target], value=node.value, **place)
        if isinstance(node, ImportFrom) and node.names[0].name == "*":
            arguments = [Constant(value=node.module or "", **place), Constant(value=node.level or 0, **place)]
            return Expr(value=Call(func=Name(id=star, ctx=Load(), **place), args=arguments, keywords=[], **place), **place)
        if isinstance(node, (Import, ImportFrom)):
            self.bound.update((alias.asname or alias.name.partition(".")[0]) for alias in node.names)
            return node
        if isinstance(node, (*FUNCTIONS, ClassDef)):
            self.bound.add(node.name)
            self.outer_parts(node)
            return node
        if isinstance(node, (AsyncFor, AsyncWith)):
            self.awaits = True
        if isinstance(node, ExceptHandler) and node.name:
            self.bound.add(node.name)
        for name in node._fields:
            part = getattr(node, name, None)
            if name in ("body", "orelse", "finalbody", "handlers", "cases") and isinstance(part, list):
                setattr(node, name, [self.statement(inner, star) for inner in part])
            else:
                self.parts(part)
        return node

    def outer_parts(self, node: AST) -> None:
        """The parts of a def, class or lambda that are evaluated outside of it."""
        self.parts(getattr(node, "decorator_list", None))
        if isinstance(node, ClassDef):
            self.parts(node.bases)
            self.parts(node.keywords)
        else:
            self.parts(node.args.defaults)
            self.parts([default for default in node.args.kw_defaults if default is not None])

    def parts(self, part: object) -> None:
        if isinstance(part, AST):
            self.expression(part)
        elif isinstance(part, list):
            for inner in part:
                self.parts(inner)

    def expression(self, node: AST, bind: bool = True) -> None:
        """An expression, pattern or target of the top level. In a comprehension only `:=` binds outside."""
        if isinstance(node, Name):
            if bind and type(node.ctx).__name__ != "Load":
                self.bound.add(node.id)
            return
        if isinstance(node, (Yield, YieldFrom)):
            raise SyntaxError("'yield' outside function", (self.file, node.lineno, node.col_offset + 1, None))
        if isinstance(node, Lambda):
            self.outer_parts(node)
            return
        if isinstance(node, GeneratorExp):
            # Only the first iterable is evaluated here; an await inside makes an async generator, it doesn't wait.
            self.expression(node.generators[0].iter, bind)
            self.walrus(node)
            return
        if isinstance(node, Await) or (isinstance(node, comprehension) and node.is_async):
            self.awaits = True
        if isinstance(node, (MatchAs, MatchStar)) and node.name:
            self.bound.add(node.name)
        if isinstance(node, MatchMapping) and node.rest:
            self.bound.add(node.rest)
        if isinstance(node, NamedExpr):
            self.bound.add(node.target.id)
        inside = bind and not isinstance(node, COMPREHENSIONS)
        for name in node._fields:
            part = getattr(node, name, None)
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, AST):
                    self.expression(inner, inside)

    def walrus(self, node: AST) -> None:
        """Binds the `:=` targets inside a generator expression, which belong to the scope around it."""
        for name in node._fields:
            part = getattr(node, name, None)
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, NamedExpr):
                    self.bound.add(inner.target.id)
                if isinstance(inner, AST) and not isinstance(inner, Lambda):
                    self.walrus(inner)
