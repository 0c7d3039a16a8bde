"""A hosted function in its jail: loaded once, called one input after another."""

import sys

from . import finish
from .calls import Channel
from .entry import Entry, find_entry
from .errors import Report
from .functions_module import install
from .json_text import parse
from .program import SourceFault, as_syntax_error, new_module, parse_source

set_trace, set_profile = sys.settrace, sys.setprofile


class Hosted:
    """One loaded function; what its source raises while loading is the error of every call."""

    def __init__(self, channel: Channel, header: dict, source: bytes) -> None:
        self.channel = channel
        self.header = header
        self.name = header["function"]
        self.failure: BaseException | None = None
        self.entry: Entry | None = None
        self.loop = None
        sys.modules["os"].environ.update(header.get("env", {}))
        services = install(channel, header)
        file = self.name + ".py"
        self.report = Report(file, "", services)
        try:
            if "egress" in header:
                from .egress import open_way_out

                open_way_out(header["egress"]["port"])
            text, tree = parse_source(source, file)
            self.report = Report(file, text, services)
            module = new_module(self.name, file, text)
            try:
                code = compile(tree, file, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise SourceFault(as_syntax_error(error, file)) from None
            exec(code, vars(module))
            self.entry = find_entry(vars(module), self.name.rpartition(".")[2])
        except SourceFault as fault:
            self.failure = fault.error
        except BaseException as error:
            self.failure = error

    def call(self, header: dict, body: bytes) -> None:
        """Runs the function once and sends its result."""
        ids = {"id": header["id"]}
        failure, value = self.failure, None
        if failure is None:
            try:
                value = self.entry.call(parse(body.decode()), self.name)
                if hasattr(type(value), "__await__"):
                    value = self.wait(value)
            except BaseException as error:
                failure = error
        try:
            # Here and not in a function: the call of one would already be traced.
            set_trace(None)
            set_profile(None)
        except BaseException:  # a profiler's own error, which ends it too
            pass
        finish.restore(self.header.get("depth_limit", 200))
        if self.channel.frames.forked:
            finish.leave_fork(failure, self.report)
        if failure is None:
            finish.send_value(self.channel, self.header, ids, value, self.report, [])
        else:
            finish.send_error(self.channel, ids, failure, self.report)

    def wait(self, awaitable: object) -> object:
        """Awaits on the one event loop that all calls of this jail share."""
        import asyncio

        if self.loop is None:
            self.loop = asyncio.Runner()

        async def result() -> object:
            return await awaitable

        return self.loop.run(result())
