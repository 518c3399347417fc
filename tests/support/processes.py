"""Waiting for programs that run beside the test."""

import socket
import time
from collections.abc import Callable


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def until(condition: Callable[[], bool], what: str, seconds: float = 300) -> None:
    """Waits; fails when it has not come about by then. Generous: machines are starved sometimes, and a pass waits no longer."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, f"It did not come about that {what}"
        time.sleep(0.02)
