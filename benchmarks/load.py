"""A visitor who knows how to ask over a kept connection, and does little else: its own work must not be what is measured."""

import selectors
import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.measuring import Reading

_KEPT_FOR = 5.0  # seconds

# What is sent, and what the answer's first line must say.
Ask = Callable[[], bytes]


class WrongAnswer(Exception):
    """A contender answered something other than what it was measured for."""


def request(path: str, *, cookie: str = "", body: bytes = b"", headers: tuple[str, ...] = ()) -> bytes:
    """An HTTP/1.1 request; a form is sent where there is a body."""
    lines = [f"{'POST' if body else 'GET'} {path} HTTP/1.1", "Host: 127.0.0.1", *headers]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Connection:
    """One kept connection."""

    port: int
    _socket: socket.socket | None = None
    _read: bytes = b""
    _used_at: float = 0.0

    def connect(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), 30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def send(self, asked: bytes) -> None:
        """Over a new connection after a pause in which the server may have given up the old one."""
        now = time.perf_counter()
        if now - self._used_at > _KEPT_FOR:
            self.close()
        self._used_at = now
        self.connect().sendall(asked)

    def receive(self) -> "Answer | None":
        """The answer once it is whole."""
        chunk = self.connect().recv(262_144)
        if not chunk:
            raise WrongAnswer("The server closed the connection.")
        self._read += chunk
        answer = Answer.parsed(self._read)
        if answer:
            self._read = b""
            if answer.closes:
                self.close()
        return answer

    def ask(self, asked: bytes) -> "Answer":
        self.send(asked)
        while (answer := self.receive()) is None:
            pass
        return answer

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None


@dataclass(frozen=True)
class Answer:
    """Status, headers as they came, and body."""

    status: int
    head: str
    body: bytes

    @classmethod
    def parsed(cls, read: bytes) -> "Answer | None":
        """None while something is missing. A body without a length ends with its last chunk."""
        end = read.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, body = read[:end].decode("latin-1"), read[end + 4 :]
        low = head.lower()
        at = low.find("content-length:")
        if at >= 0:
            length = int(low[at + 15 : low.find("\r\n", at) if low.find("\r\n", at) > 0 else None])
            whole = len(body) >= length
        elif "transfer-encoding: chunked" in low:
            whole = body.endswith(b"0\r\n\r\n")
        else:
            whole = True
        return cls(int(head.split(" ", 2)[1]), head, body) if whole else None

    def expect(self, status: int) -> None:
        """Raises WrongAnswer for another status."""
        if self.status != status:
            raise WrongAnswer(f"{self.status} instead of {status}: {self.head}\n{self.body[:500]!r}")

    @property
    def closes(self) -> bool:
        return "connection: close" in self.head.lower()

    def cookie(self, name: str) -> str:
        """The value of a cookie that was set; empty for none."""
        for line in self.head.split("\r\n"):
            field, _colon, value = line.partition(":")
            if field.lower() == "set-cookie" and value.strip().startswith(f"{name}="):
                return value.split("=", 1)[1].split(";", 1)[0]
        return ""


@dataclass
class Visitors:
    """Some people who ask the same server at once, each waiting for the answer before asking again."""

    port: int
    number: int = 8
    connections: list[Connection] = field(default_factory=list)

    def ask(self, asks: Ask, times: int, *, status: int) -> Reading:
        """Milliseconds an answer at full load: the time that all took by their number."""
        if not self.connections:
            self.connections = [Connection(self.port) for _each in range(self.number)]
        started = time.perf_counter()
        self._run(asks, times, status)
        return Reading((time.perf_counter() - started) * 1000 / times)

    def _run(self, asks: Ask, times: int, status: int) -> None:
        chosen = selectors.DefaultSelector()
        left = times
        waiting = 0
        for connection in self.connections[:times]:
            connection.send(asks())
            chosen.register(connection.connect(), selectors.EVENT_READ, connection)
            left, waiting = left - 1, waiting + 1
        while waiting:
            for key, _events in chosen.select():
                connection = key.data
                held = key.fileobj
                answer = connection.receive()
                if answer is None:
                    continue
                answer.expect(status)
                if connection._socket is None or not left:
                    chosen.unregister(held)
                if left:
                    connection.send(asks())
                    if connection.connect() is not held:
                        chosen.register(connection.connect(), selectors.EVENT_READ, connection)
                    left -= 1
                else:
                    waiting -= 1
        chosen.close()

    def close(self) -> None:
        for connection in self.connections:
            connection.close()
        self.connections.clear()


def latency(connection: Connection, asks: Ask, times: int, *, status: int) -> Reading:
    """One person alone: the median wait for an answer."""
    waits = []
    for _each in range(times):
        asked = asks()
        started = time.perf_counter()
        answer = connection.ask(asked)
        waits.append((time.perf_counter() - started) * 1000)
        answer.expect(status)
    return Reading(statistics.median(waits))
