"""What nobody passes: one kept connection that sends finished letters, one after the other.

Asked with the port, the addresses, the letter and the address in it that stands for each of them; answers how many it sent.
"""

import smtplib
from functools import cache
from typing import Any

from benchmarks.conversation import answer


@cache
def _connection(port: int) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", port, local_hostname="localhost", timeout=10)


def _send(asked: dict[str, Any]) -> int:
    connection, letter = _connection(asked["port"]), asked["letter"]
    for address in asked["addresses"]:
        connection.sendmail("eco@example.jp", [address], letter.replace(asked["somebody"], address).encode())
    return len(asked["addresses"])


if __name__ == "__main__":
    answer(_send)
