"""What happens between the end of the user's code and the frame that tells of it."""

import builtins
import sys
from _thread import allocate_lock, start_new_thread
from posix import _exit

from .calls import Channel
from .errors import Report
from .shape import shape
from .values import encode

GRACE_SECONDS = 2.0
NAMES = vars(builtins)
SAVED = dict(NAMES)
set_limit = sys.setrecursionlimit
get_limit = sys.getrecursionlimit
modules = sys.modules
output = [sys.stdout, sys.stderr]


def restore(depth_limit: int) -> None:
    """Undoes what user code may have left behind that would get into the runner's way."""
    NAMES.update(SAVED)
    signals = modules.get("_signal")
    if signals is not None:
        try:
            signals.setitimer(signals.ITIMER_REAL, 0)
        except (AttributeError, OSError):
            pass
    if get_limit() < 1000 + 8 * depth_limit:
        set_limit(1000 + 8 * depth_limit)


def flush() -> None:
    """Writes out what was printed, through the first streams and through those that replaced them."""
    for stream in (getattr(sys, "stdout", None), getattr(sys, "stderr", None), *output):
        try:
            stream.flush()
        except BaseException:  # closed, None, or the user's own class
            pass


def last_orders() -> list[str]:
    """Lets threads and exit handlers come to their end, as the interpreter does at its own; returns warnings."""
    warnings = []
    threading = modules.get("threading")
    if threading is not None:
        left = wait_for_threads(threading)
        if left:
            warnings.append(
                f"{left} {'thread was' if left == 1 else 'threads were'} still running when the program ended"
                f" and {'was' if left == 1 else 'were'} stopped; join threads to wait for their work"
            )
    exits = modules.get("atexit")
    if exits is not None:
        try:
            exits._run_exitfuncs()
        except BaseException:  # it has printed what went wrong
            pass
    return warnings


def wait_for_threads(threading: object) -> int:
    """Waits a short while for threads that aren't daemons; returns how many are left."""
    try:
        here = threading.current_thread()
        mine = lambda: [t for t in threading.enumerate() if not t.daemon and t is not here and t.is_alive()]  # noqa: E731
        if not mine():
            return 0
        done = allocate_lock()
        done.acquire()

        def join() -> None:
            try:
                # Ends the idle threads of concurrent.futures.
                for call in reversed(getattr(threading, "_threading_atexits", [])):
                    call()
                for thread in mine():
                    thread.join()
            finally:
                done.release()

        start_new_thread(join, ())
        done.acquire(timeout=GRACE_SECONDS)
        return len(mine())
    except Exception:
        return 0


def send_value(channel: Channel, header: dict, ids: dict, value: object, report: Report, warnings: list[str]) -> None:
    """Sends a result frame for a value, or for what keeps it from being sent."""
    limit = header.get("result_limit")
    try:
        encoded = encode(value, "result", header.get("depth_limit", 200), limit)
    except Exception as error:
        send_error(channel, ids, error, report)
        return
    flush()
    if encoded.too_large:
        fault = {"bytes": encoded.size, "shape": shape(value)}
        channel.frames.write({"op": "result", **ids, "ok": False, "too_large": fault}, encoded.body)
    else:
        channel.frames.write({"op": "result", **ids, "ok": True, "warnings": warnings}, encoded.body)


def send_error(channel: Channel, ids: dict, error: BaseException, report: Report) -> None:
    """Sends a result frame for an exception."""
    described = report.error(error)
    flush()
    channel.frames.write({"op": "result", **ids, "ok": False, "error": described})


def leave_fork(error: BaseException | None, report: Report) -> None:
    """Ends a forked child that came to the end of the code: only its parent may send a result."""
    if error is not None and not isinstance(error, SystemExit):
        sys.stderr.write(report.error(error)["traceback"] + "\n")
    flush()
    _exit(0 if error is None else 1)
