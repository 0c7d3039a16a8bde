"""One program of AI-written code: the op `run`."""

import sys

from . import finish
from .calls import Channel
from .errors import Report
from .functions_module import install
from .program import FILE, SourceFault, compile_program, new_module, run_program

set_trace, set_profile = sys.settrace, sys.setprofile


def run(channel: Channel, header: dict, source: bytes) -> None:
    """Runs the program and sends its result.

    The process then waits for its end by the server, which measures it while it lives.
    """
    services = install(channel, header)
    report = Report(FILE, source.decode("utf-8-sig", "replace"), services)
    failure: BaseException | None = None
    value = None
    try:
        text, code = compile_program(source)
        module = new_module("__main__", FILE, text)
        value = run_program(code, vars(module))
    except SourceFault as fault:
        failure = fault.error
    except BaseException as error:
        failure = error
    try:
        # Here and not in a function: the call of one would already be traced.
        set_trace(None)
        set_profile(None)
    except BaseException:  # a profiler's own error, which ends it too
        pass
    finish.restore(header.get("depth_limit", 200))
    warnings = finish.last_orders()
    if channel.frames.forked:
        finish.leave_fork(failure, report)
    if failure is None:
        finish.send_value(channel, header, {}, value, report, warnings)
    else:
        finish.send_error(channel, {}, failure, report)
