"""What no login can do without: checking the password against its hash, and nothing else.

As an application, for the form that our login takes; as a process, asked with how often.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from argon2 import PasswordHasher

from benchmarks.conversation import answer

_hasher = PasswordHasher()
# As Django keeps it, with its own word in front.
_HASH = os.environ.get("BENCH_HASH", "").removeprefix("argon2")
_PASSWORD = os.environ.get("BENCH_PASSWORD", "")


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "POST":
        form = parse_qs(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
        _hasher.verify(_HASH, form["password"][0])
        start_response("302 Found", [("Location", "/"), ("Content-Length", "0")])
        return [b""]
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]


def _verify(times: int) -> int:
    for _each in range(times):
        _hasher.verify(_HASH, _PASSWORD)
    return times


if __name__ == "__main__":
    answer(_verify)
