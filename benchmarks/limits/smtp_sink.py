"""A mail server that takes whatever it is given, so quickly that it is not what is measured.

It answers ``"count"`` with how many letters came, and ``"take"`` with what is known of them, which it then forgets. Told a
number of seconds, it lets every letter's sender wait so long from then on.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field


@dataclass
class Taken:
    """Who the letters were for, their length in all, one of them, and when the first and the last came (seconds)."""

    addresses: list[str] = field(default_factory=list)
    octets: int = 0
    sample: str = ""
    first: float = 0.0
    last: float = 0.0

    def add(self, addresses: list[str], letter: bytes) -> None:
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.addresses += addresses
        self.octets += len(letter)
        self.sample = self.sample or letter.decode()


class Sink:
    """One for all connections."""

    def __init__(self) -> None:
        self.taken = Taken()
        self.delay = 0.0

    def answer(self, question: str | float) -> object:
        if not isinstance(question, str):
            self.delay = question
            return question
        if question == "count":
            return len(self.taken.addresses)
        taken, self.taken = self.taken, Taken()
        return asdict(taken)


class Session(asyncio.Protocol):
    """One connection. Nobody sends a command before the last one is answered, but a letter may come in pieces."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._read = b""
        self._addresses: list[str] = []
        self._in_letter = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._read += data
        if not self._read.endswith(b"\r\n.\r\n" if self._in_letter else b"\r\n"):
            return
        read, self._read = self._read, b""
        if self._in_letter:
            self._in_letter = False
            self._sink.taken.add(self._addresses, read)
            self._addresses = []
            self._reply(b"250 taken\r\n")
        else:
            self._obey(read)

    def _reply(self, answer: bytes) -> None:
        if self._sink.delay:
            asyncio.get_running_loop().call_later(self._sink.delay, self._transport.write, answer)
        else:
            self._transport.write(answer)

    def _obey(self, command: bytes) -> None:
        match command[:4].upper():
            case b"RCPT":
                self._addresses.append(command[command.index(b"<") + 1 : command.index(b">")].decode())
                self._transport.write(b"250 fine\r\n")
            case b"DATA":
                self._in_letter = True
                self._transport.write(b"354 go on\r\n")
            case b"QUIT":
                self._transport.write(b"221 bye\r\n")
                self._transport.close()
            case _:
                self._transport.write(b"250 fine\r\n")


async def _serve(port: int) -> None:
    sink, loop, asked_out = Sink(), asyncio.get_running_loop(), asyncio.Event()

    def hear() -> None:
        line = sys.stdin.readline()
        if line:
            print(json.dumps(sink.answer(json.loads(line))), flush=True)
        else:
            asked_out.set()

    server = await loop.create_server(lambda: Session(sink), "127.0.0.1", port, backlog=500)
    loop.add_reader(sys.stdin, hear)
    await asked_out.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
