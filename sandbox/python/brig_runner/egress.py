"""The way out of a function's jail: a listener on the jail's own loopback, whose connections go over descriptor 7.

One thread in the background moves the bytes; urllib finds the listener by the environment's proxy variables. Frames
are `u32 connection, u8 kind, u24 length, payload`; see PROTOCOL.md.
"""

import _socket
import os
import select
from _thread import start_new_thread

EGRESS_FD = 7
OPEN, DATA, END, RESET, CREDIT = 1, 2, 3, 4, 5
PAYLOAD = 16 * 1024
WINDOW = 128 * 1024
CONNECTIONS = 16
READ = 256 * 1024
# What waits for the server before connections are read no more.
MOST_UNSENT = 512 * 1024
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def open_way_out(port: int) -> None:
    """Listens, starts the thread, and sets the proxy variables. Before the function's source is loaded."""
    relay = Relay(port)
    os.register_at_fork(after_in_child=relay.leave)
    start_new_thread(relay.run, ())
    address = f"http://127.0.0.1:{port}"
    os.environ.update(dict.fromkeys(VARIABLES, address), no_proxy="", NO_PROXY="")
    from .egress_errors import explain

    explain(f"127.0.0.1:{port}")


class Connection:
    """One accepted connection and the credit that each side has left."""

    __slots__ = ("socket", "number", "credit", "untold", "unsent", "heard_end", "sent_end", "ending", "mask")

    def __init__(self, socket: _socket.socket, number: int) -> None:
        self.socket = socket
        self.number = number
        self.credit = WINDOW
        self.untold = 0
        self.unsent = bytearray()
        # The client's end was passed on; the server's end has come; it was passed to the client.
        self.sent_end = False
        self.ending = False
        self.heard_end = False
        self.mask = 0


class Relay:
    """Moves bytes between the listener's connections and descriptor 7."""

    def __init__(self, port: int) -> None:
        self.listener = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen(128)
        self.listener.setblocking(False)
        os.set_blocking(EGRESS_FD, False)
        os.set_inheritable(EGRESS_FD, False)
        self.poll = select.epoll()
        self.poll.register(EGRESS_FD, select.EPOLLIN)
        self.poll.register(self.listener.fileno(), select.EPOLLIN)
        self.listening = True
        self.waiting_to_write = False
        self.by_fd: dict[int, Connection] = {}
        self.by_number: dict[int, Connection] = {}
        self.last = 0
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.closed = False

    def leave(self) -> None:
        """In a forked child: the parent's thread goes on, and a second hand on descriptor 7 would mix the frames."""
        for fd in (EGRESS_FD, self.listener.detach(), self.poll.fileno()):
            try:
                os.close(fd)
            except OSError:
                pass

    def run(self) -> None:
        """The thread's life: until the server goes, or the function closes what it should not."""
        try:
            while True:
                for fd, events in self.poll.poll():
                    if fd == EGRESS_FD:
                        self.serve(events)
                    elif (connection := self.by_fd.get(fd)) is not None:
                        self.move(connection, events)
                    elif self.listening:
                        self.accept()
                self.flush()
        except BaseException:
            # Whoever waits for an answer must not wait for ever.
            for connection in list(self.by_number.values()):
                connection.socket.close()
            self.listener.close()

    def accept(self) -> None:
        try:
            client, _ = self.listener._accept()
        except BlockingIOError:
            return
        socket = _socket.socket(fileno=client)
        socket.setblocking(False)
        self.last += 1
        connection = Connection(socket, self.last)
        self.by_fd[client] = self.by_number[self.last] = connection
        self.poll.register(client, 0)
        self.send(self.last, OPEN)
        self.watch(connection)
        self.listen_while_there_is_room()

    def listen_while_there_is_room(self) -> None:
        """More connections than the server takes wait in the listener's queue."""
        room = len(self.by_number) < CONNECTIONS
        if room != self.listening:
            self.listening = room
            self.poll.modify(self.listener.fileno(), select.EPOLLIN if room else 0)

    def watch(self, connection: Connection) -> None:
        """Asks for what can be dealt with now, and for nothing else."""
        mask = 0
        if not connection.sent_end and connection.credit > 0 and len(self.outgoing) < MOST_UNSENT:
            mask |= select.EPOLLIN
        if connection.unsent:
            mask |= select.EPOLLOUT
        if mask != connection.mask:
            connection.mask = mask
            self.poll.modify(connection.socket.fileno(), mask)

    def move(self, connection: Connection, events: int) -> None:
        """A connection of the function's can be read or written, or is gone."""
        try:
            if events & select.EPOLLOUT:
                self.deliver(connection)
            if events & select.EPOLLIN and not connection.sent_end and connection.credit > 0:
                data = connection.socket.recv(min(PAYLOAD, connection.credit))
                if data:
                    connection.credit -= len(data)
                    self.send(connection.number, DATA, data)
                else:
                    connection.sent_end = True
                    self.send(connection.number, END)
            elif events & (select.EPOLLERR | select.EPOLLHUP):
                raise ConnectionResetError
        except BlockingIOError:
            pass
        except OSError:
            self.drop(connection, tell=True)
            return
        self.settle(connection)

    def deliver(self, connection: Connection) -> None:
        """Gives the function what the server has sent; tells the server when there is room again."""
        while connection.unsent:
            sent = connection.socket.send(connection.unsent)
            del connection.unsent[:sent]
            connection.untold += sent
            if connection.untold >= WINDOW // 2:
                self.send(connection.number, CREDIT, connection.untold.to_bytes(4, "big"))
                connection.untold = 0

    def settle(self, connection: Connection) -> None:
        """Ends what is finished and watches the rest."""
        if connection.ending and not connection.unsent and not connection.heard_end:
            connection.heard_end = True
            try:
                connection.socket.shutdown(_socket.SHUT_WR)
            except OSError:
                self.drop(connection, tell=True)
                return
        if connection.heard_end and connection.sent_end:
            self.drop(connection, tell=False)
        else:
            self.watch(connection)

    def drop(self, connection: Connection, tell: bool) -> None:
        if self.by_number.pop(connection.number, None) is None:
            return
        del self.by_fd[connection.socket.fileno()]
        connection.socket.close()
        if tell:
            self.send(connection.number, RESET)
        self.listen_while_there_is_room()

    def serve(self, events: int) -> None:
        """Descriptor 7 can be read or written."""
        if events & select.EPOLLIN:
            data = os.read(EGRESS_FD, READ)
            if not data:
                raise EOFError
            self.incoming += data
            self.take_frames()
        elif events & (select.EPOLLERR | select.EPOLLHUP):
            raise EOFError

    def take_frames(self) -> None:
        start = 0
        while len(self.incoming) - start >= 8:
            number = int.from_bytes(self.incoming[start : start + 4], "big")
            kind = self.incoming[start + 4]
            end = start + 8 + int.from_bytes(self.incoming[start + 5 : start + 8], "big")
            if len(self.incoming) < end:
                break
            # One that is closed here already may still be spoken of.
            connection = self.by_number.get(number)
            if connection is not None:
                self.take(connection, kind, self.incoming[start + 8 : end])
            start = end
        del self.incoming[:start]

    def take(self, connection: Connection, kind: int, payload: bytearray) -> None:
        if kind == RESET:
            # Pending bytes would turn the end into a plain one: the client is to see an abort.
            linger = (1).to_bytes(4, "little") + bytes(4)
            connection.socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_LINGER, linger)
            self.drop(connection, tell=False)
            return
        if kind == DATA:
            connection.unsent += payload
        elif kind == CREDIT:
            connection.credit += int.from_bytes(payload, "big")
        elif kind == END:
            connection.ending = True
        self.move(connection, select.EPOLLOUT if connection.unsent else 0)

    def send(self, number: int, kind: int, payload: bytes = b"") -> None:
        self.outgoing += number.to_bytes(4, "big") + bytes((kind,)) + len(payload).to_bytes(3, "big") + payload

    def flush(self) -> None:
        """Writes what the server takes; reads on from connections when there is room again."""
        held = len(self.outgoing) >= MOST_UNSENT
        try:
            while self.outgoing:
                del self.outgoing[: os.write(EGRESS_FD, self.outgoing)]
        except BlockingIOError:
            pass
        waits = bool(self.outgoing)
        if waits != self.waiting_to_write:
            self.waiting_to_write = waits
            self.poll.modify(EGRESS_FD, select.EPOLLIN | (select.EPOLLOUT if waits else 0))
        if held and len(self.outgoing) < MOST_UNSENT:
            for connection in self.by_number.values():
                self.watch(connection)
