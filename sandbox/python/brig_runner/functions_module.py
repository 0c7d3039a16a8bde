"""The virtual module `functions`: `from functions import orders; orders.get_orders(status="open")`."""

import builtins
import sys

from .calls import Channel, FunctionError
from .json_text import parse
from .values import encode

PARALLEL = 32
Module = type(sys)


class Link:
    """What every service and function of one program shares."""

    def __init__(self, channel: Channel, services: list[str], depth_limit: int, input_limit: int | None) -> None:
        self.channel = channel
        self.services = list(services)
        self.depth_limit = depth_limit
        self.input_limit = input_limit
        self.parameters: dict[str, list[str]] = {}
        self.threads = None

    def body(self, name: str, args: tuple, kwargs: dict) -> bytes:
        """The input object of a call as JSON text."""
        given = kwargs
        if args:
            names = self.names(name)
            # A function that takes any object (`def f(input)`) has no parameter names to fill.
            if not names and not kwargs and len(args) == 1 and isinstance(args[0], dict):
                given = args[0]
            else:
                given = by_name(name, names, args, kwargs)
        encoded = encode(given, "input", self.depth_limit, self.input_limit)
        if encoded.too_large:
            raise ValueError(
                f"the input of {name} is {encoded.size:,} bytes of JSON, above the limit of {self.input_limit:,} bytes"
            )
        return encoded.body

    def names(self, name: str) -> list[str]:
        found = self.parameters.get(name)
        if found is None:
            found = self.parameters[name] = self.channel.query("parameters", function=name)
        return found

    def call(self, name: str, body: bytes) -> object:
        reply = self.channel.request({"op": "call", "function": name}, body)
        try:
            return parse(reply.decode())
        except ValueError as error:
            reason = str(error)
        raise FunctionError(name, "ProtocolError", f"The function's result can't be read: {reason[:200]}.")

    def pool(self):
        """Threads for the awaitable form, made when it is first used."""
        if self.threads is None:
            from concurrent.futures import ThreadPoolExecutor

            self.threads = ThreadPoolExecutor(PARALLEL, thread_name_prefix="functions")
        return self.threads


def by_name(name: str, names: list[str], args: tuple, kwargs: dict) -> dict:
    """Positional arguments under their names; TypeError in Python's words when they don't fit."""
    if len(args) > len(names):
        plural = "" if len(names) == 1 else "s"
        were = "was" if len(args) == 1 else "were"
        raise TypeError(f"{name}() takes {len(names)} positional argument{plural} but {len(args)} {were} given")
    given = dict(zip(names, args))
    for key in kwargs:
        if key in given:
            raise TypeError(f"{name}() got multiple values for argument '{key}'")
    return {**given, **kwargs}


# One hosted function: call it, or await its `.aio(...)`. It has no docstring of its own, to give the function's.
class Function:
    __slots__ = ("_link", "_name")

    def __init__(self, link: Link, name: str) -> None:
        self._link = link
        self._name = name

    def __call__(self, /, *args: object, **kwargs: object) -> object:
        return self._link.call(self._name, self._link.body(self._name, args, kwargs))

    @property
    def __doc__(self) -> str:
        return self._link.channel.query("describe", name=self._name)

    async def aio(self, /, *args: object, **kwargs: object) -> object:
        """The same call, awaitable; many may be under way at once."""
        import asyncio

        link, name = self._link, self._name
        work = lambda: link.call(name, link.body(name, args, kwargs))  # noqa: E731
        return await asyncio.get_running_loop().run_in_executor(link.pool(), work)

    def __getattr__(self, name: str) -> object:
        if name in ("__name__", "__qualname__"):
            return self._name.partition(".")[2]
        raise AttributeError(f"the function {self._name} has no attribute '{name}'; call it, or await its .aio(...)")

    def __repr__(self) -> str:
        return f"<function {self._name}>"

    def __reduce__(self) -> tuple:
        return _find, (self._name,)


class Service(Module):
    """A service as a module: every attribute is one of its functions."""

    def __init__(self, link: Link, name: str) -> None:
        super().__init__("functions." + name)
        self.__dict__["__package__"] = "functions"
        self.__dict__["__brig__"] = (link, name)

    def __getattr__(self, name: str) -> object:
        link, service = self.__dict__["__brig__"]
        if name == "__all__":
            return self.__dir__()
        if "__" in name:
            raise AttributeError(f"the service {service} has no function '{name}'")
        function = self.__dict__[name] = Function(link, f"{service}.{name}")
        return function

    def __dir__(self) -> list[str]:
        link, service = self.__dict__["__brig__"]
        return [name.partition(".")[2] for name in link.channel.query("list") if name.startswith(service + ".")]

    def __repr__(self) -> str:
        return f"<service {self.__dict__['__brig__'][1]}>"


class Functions(Module):
    """The module `functions` itself."""

    FunctionError = FunctionError

    def __init__(self, link: Link) -> None:
        super().__init__("functions", "The hosted functions of this namespace.")
        # A path makes it a package, so that `import functions.orders` looks for a submodule.
        self.__dict__["__path__"] = []
        self.__dict__["__package__"] = "functions"
        self.__dict__["__brig__"] = link

    def search(self, query: str, limit: int = 10) -> list[dict]:
        """The functions that fit the words best, as [{name, signature, summary}]."""
        return self.__brig__.channel.query("search", query=str(query), limit=int(limit))

    def describe(self, name: str) -> str:
        """A function's signature and documentation."""
        return self.__brig__.channel.query("describe", name=name._name if isinstance(name, Function) else str(name))

    def __getattr__(self, name: str) -> object:
        link = self.__dict__["__brig__"]
        if name == "__all__":
            return self.__dir__()
        if name not in link.services:
            raise AttributeError(unknown(name, link.services))
        service = self.__dict__[name] = sys.modules["functions." + name] = Service(link, name)
        return service

    def __dir__(self) -> list[str]:
        return [*self.__dict__["__brig__"].services, "FunctionError", "describe", "list", "search"]

    def __repr__(self) -> str:
        return "<module 'functions'>"

    # Last, because from here on the class body's `list` is this one.
    def list(self) -> list[str]:
        """The full names of all functions."""
        return self.__brig__.channel.query("list")


class Finder:
    """Finds `functions.SERVICE` when it is imported as a submodule."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        package, _, service = name.partition(".")
        if package != "functions" or not service:
            return None
        if service not in self.functions.__brig__.services:
            raise ImportError(unknown(service, self.functions.__brig__.services), name=name)
        spec = type(sys.__spec__)(name, self)
        spec.cached = None
        return spec

    def create_module(self, spec: object) -> object:
        return getattr(self.functions, spec.name.partition(".")[2])

    def exec_module(self, module: object) -> None:
        pass


def unknown(name: str, services: list[str]) -> str:
    """What to say of a service that isn't there."""
    shown = ", ".join(services[:20]) + (f" and {len(services) - 20} more" if len(services) > 20 else "")
    return f"there is no service '{name}' in functions; there are: {shown}" if services else (
        f"there is no service '{name}' in functions: this namespace has no functions that you may call"
    )


def _find(name: str) -> Function:
    service, _, function = name.partition(".")
    return getattr(getattr(sys.modules["functions"], service), function)


def install(channel: Channel, header: dict) -> list[str]:
    """Makes `import functions` work for the user's code; returns the names of the services."""
    link = Link(channel, header.get("services", []), header.get("depth_limit", 200), header.get("input_limit"))
    functions = Functions(link)
    sys.modules["functions"] = functions
    sys.meta_path.insert(0, Finder(functions))
    builtins.FunctionError = FunctionError
    return link.services
