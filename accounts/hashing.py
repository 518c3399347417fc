"""Password hashes are computed apart: few at once, and behind everything else that the machine has to do.

A hash takes as much of a processor as ten pages, and anybody may ask for one.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# In one process.
AT_ONCE = 1
# Logins that may be under way in one process, waiting for their hash. The web server has more threads (devtools/web.py,
# docs/operations.md): those that are left over belong to the pages.
PLACES = 16
_NICER = 10


class Busy(Exception):
    """All places are taken."""


def _stand_back() -> None:
    """Lets every other thread go first. On Linux a thread has a niceness of its own."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICER)


_pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hashing", initializer=_stand_back)
_places = threading.BoundedSemaphore(PLACES)


def apart(compute: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
    """What ``compute`` returns or raises, once its turn has come."""
    return _pool.submit(compute, *args, **kwargs).result()


@contextlib.contextmanager
def place() -> Iterator[None]:
    """A place among the logins that are under way. Raises Busy where there is none."""
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _places.release()
