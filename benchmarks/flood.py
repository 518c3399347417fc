"""Strangers who mean harm, as a program: ``python -m benchmarks.flood PORT SECONDS``. Prints how often each status was answered.

2,000 connections whose bodies do not end, and 200 logins a second, from 50 of this machine's addresses.
"""

import asyncio
import contextlib
import itertools
import json
import resource
import sys
from collections import Counter
from urllib.parse import urlencode

from benchmarks.load import request

ADDRESSES = [f"127.0.1.{n}" for n in range(1, 51)]
SLOW = 2_000
LOGINS_A_SECOND = 200
_CSRF = "c" * 32
_NUMBERS = itertools.count()
_UNFINISHED = request("/login/", body=b"x" * 1000)[:-999]


async def _slow(port: int, address: str) -> None:
    """A body that comes by a byte every five seconds; begun again when it was closed."""
    while True:
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            writer.write(_UNFINISHED)
            while not writer.is_closing():
                await asyncio.sleep(5)
                writer.write(b"x")
                await writer.drain()
        await asyncio.sleep(1)


async def _login(port: int, address: str, answers: Counter[str]) -> None:
    """A guess at an ID that nobody else guesses."""
    form = {"csrfmiddlewaretoken": _CSRF, "chamber_code": "801", "login_id": f"flood{next(_NUMBERS)}", "password": "x"}
    asked = request(
        "/login/", cookie=f"eco-csrf={_CSRF}", body=urlencode(form).encode(), headers=("Connection: close",)
    )
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        writer.write(asked)
        answers[(await reader.read())[9:12].decode() or "closed"] += 1
        writer.close()
    except OSError:
        answers["no connection"] += 1


async def _flood(port: int, seconds: float) -> Counter[str]:
    answers: Counter[str] = Counter()
    tasks = {asyncio.create_task(_slow(port, ADDRESSES[n % len(ADDRESSES)])) for n in range(SLOW)}
    clock = asyncio.get_running_loop().time
    begun = clock()
    for number in range(int(seconds * LOGINS_A_SECOND)):
        await asyncio.sleep(max(0, begun + number / LOGINS_A_SECOND - clock()))
        tasks.add(asyncio.create_task(_login(port, ADDRESSES[number % len(ADDRESSES)], answers)))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return answers


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 20_000), most))
    print(json.dumps(asyncio.run(_flood(int(sys.argv[1]), float(sys.argv[2])))))
