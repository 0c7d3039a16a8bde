"""The runner: says that it is ready, then does what the server's frames ask for."""

import io
import sys
from posix import _exit

from .calls import Channel
from .frames import Frames

# See PROTOCOL.md. Only egress.py uses it.
EGRESS_FD = 7
# Imported while the jail waits in the pool: most programs import them.
WARM = ("json", "re", "datetime", "collections")


def main(fd: int) -> None:
    """Serves one jail's life; never returns."""
    open_output()
    sys.argv = ["program.py"]
    frames = Frames(fd)
    keep_from_children(EGRESS_FD)
    frames.write({"op": "ready"})
    channel = Channel(frames)
    prepare(fd)
    hosted = None
    while True:
        try:
            header, body = channel.next_command()
        except (EOFError, OSError):
            _exit(0)
        op = header.get("op")
        if op == "run":
            from .run import run

            run(channel, header, body)
        elif op == "load":
            from .hosted import Hosted

            hosted = Hosted(channel, header, body)
        elif op == "call":
            hosted.call(header, body)
        elif op == "ping":
            frames.write({"op": "pong"})
        elif op == "inspect":
            from .inspect_source import inspect_source

            frames.write(inspect_source(body, header["name"]))
        else:
            raise ValueError(f"the server sent an unknown frame: {op}")


def keep_from_children(fd: int) -> None:
    """Closes a descriptor in programs that the code starts; without it there is none to close."""
    from os import set_inheritable

    try:
        set_inheritable(fd, False)
    except OSError:
        pass


def open_output() -> None:
    """Makes stdout and stderr write at once: what was printed is there even when the process is killed."""
    for fd, name in ((1, "stdout"), (2, "stderr")):
        raw = io.FileIO(fd, "w", closefd=False)
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def prepare(fd: int) -> None:
    """Imports what every run needs, and as long as nothing is asked of the jail, what many programs import."""
    import select

    from _sitebuiltins import Quitter

    from . import run  # noqa: F401

    # `site` would have made these two; it isn't loaded.
    vars(sys.modules["builtins"]).update(exit=Quitter("exit", "Ctrl-D"), quit=Quitter("quit", "Ctrl-D"))
    waiting = select.poll()
    waiting.register(fd, select.POLLIN)
    for name in WARM:
        if waiting.poll(0):
            return
        __import__(name)


