"""Calls from the user's code to the server, from any number of threads.

No thread reads for the others: whichever waiting thread finds nobody reading reads for all (the leader), and hands
the reading on when its own reply has come. A sequential program so pays one frame each way and no thread switch.
"""

from _thread import allocate_lock

from .frames import Frames
from .json_text import parse


class FunctionError(Exception):
    """A hosted function failed. `.function` is its full name, `.type` and `.message` say how."""

    def __init__(self, function: str | None, type: str, message: str) -> None:
        self.function = function
        self.type = type
        self.message = message
        super().__init__(f"{function}: {type}: {message}" if function else f"{type}: {message}")

    def __reduce__(self) -> tuple:
        return FunctionError, (self.function, self.type, self.message)


FunctionError.__module__ = "functions"


class _Wait:
    """One thread's wait: for its reply, or for its turn to read."""

    __slots__ = ("frame", "done", "asleep", "wake")

    def __init__(self) -> None:
        self.frame: tuple[dict, bytes] | None = None
        self.done = False
        self.asleep = False
        self.wake = allocate_lock()
        self.wake.acquire()


class Channel:
    """The runner's side of descriptor 3: commands come in, calls and queries go out."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.lock = allocate_lock()
        self.waits: dict[int, _Wait] = {}
        self.commands: list[tuple[dict, bytes]] = []
        self.led = False
        self.last_id = 0

    def next_command(self) -> tuple[dict, bytes]:
        """Waits for a frame that is not a reply."""
        with self.lock:
            if self.commands:
                return self.commands.pop(0)
            wait = self.waits[0] = _Wait()
        return self._await(0, wait)

    def request(self, header: dict, body: bytes = b"") -> bytes:
        """Sends a call or a query; returns the reply's body, or raises FunctionError."""
        if self.frames.forked:
            raise RuntimeError("hosted functions can be called from the main process only, not from a forked child")
        wait = _Wait()
        with self.lock:
            self.last_id += 1
            number = self.last_id
            self.waits[number] = wait
        try:
            self.frames.write({"op": header["op"], "id": number, **header}, body)
            reply, value = self._await(number, wait)
        finally:
            self.waits.pop(number, None)
        if reply.get("ok"):
            return value
        error = reply.get("error") or {}
        raise FunctionError(
            error.get("function") or header.get("function"),
            str(error.get("type", "Error")),
            str(error.get("message", "")),
        )

    def _await(self, number: int, wait: _Wait) -> tuple[dict, bytes]:
        while True:
            with self.lock:
                if wait.done:
                    return wait.frame
                lead = not self.led
                if lead:
                    self.led = True
                else:
                    wait.asleep = True
            if not lead:
                wait.wake.acquire()
                continue
            try:
                while not wait.done:
                    self._dispatch(*self.frames.read())
            finally:
                self._hand_over(number)

    def _dispatch(self, header: dict, body: bytes) -> None:
        reply = header.get("op") == "reply"
        with self.lock:
            wait = self.waits.pop(header.get("id") if reply else 0, None)
            if wait is None:
                if not reply:
                    self.commands.append((header, body))
                # Else nobody waits for this reply any more: its caller was interrupted.
                return
            wait.frame = (header, body)
            wait.done = True
            self._rouse(wait)

    def _hand_over(self, number: int) -> None:
        """Lets another waiting thread read."""
        with self.lock:
            self.led = False
            for other, wait in self.waits.items():
                if other != number and wait.asleep:
                    self._rouse(wait)
                    return

    def _rouse(self, wait: _Wait) -> None:
        if wait.asleep:
            wait.asleep = False
            wait.wake.release()

    def query(self, kind: str, **fields: object) -> object:
        """Asks the server about functions; see PROTOCOL.md for the kinds."""
        return parse(self.request({"op": "query", "kind": kind, **fields}).decode())
