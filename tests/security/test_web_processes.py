"""A web process that was killed, by want of memory or by hand, is replaced: the portal goes on."""

import os
import re
import signal
from pathlib import Path

import pytest
from granian.cli import OctalIntType

from tests.security.conftest import Front
from tests.support.processes import until


def web_processes(front: Front) -> set[int]:
    """Those that answer: below the web server's own process, from Python 3.14 on below one more, which forks them."""
    (web,) = (child.process.pid for child in front.processes.children if child.name == "web")
    return {pid for pid in last_descendants(web) if b"resource_tracker" not in command_line(pid)} - {web}


def last_descendants(pid: int) -> set[int]:
    """The processes below this one that have none below themselves."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:  # ended meanwhile
        return set()
    return set().union(*(last_descendants(int(child)) for child in children)) if children else {pid}


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


@pytest.mark.parametrize("killed", [1, 2], ids=["one of them", "all of them"])
def test_a_killed_web_process_is_replaced(killed: int, front: Front) -> None:
    front.serve("tests.security.echo:application", workers=2, threads=2)
    until(lambda: len(web_processes(front)) == 2, "both processes have begun")
    gone = sorted(web_processes(front))[:killed]
    for each in gone:
        os.kill(each, signal.SIGKILL)
    until(lambda: len(web_processes(front).difference(gone)) == 2, "the killed ones have successors")
    until(lambda: front.ask("/")[0].status == 200, "the portal answers")


def test_operations_start_the_web_server_alike() -> None:
    assert "--respawn-failed-workers" in Path("docs/operations.md").read_text()


def test_the_documented_socket_is_for_the_portal_and_the_proxy_alone() -> None:
    """The web server reads a number that does not begin with 0 as a decimal one: 660 would be 01224."""
    (documented,) = re.findall(r"--uds-permissions (\w+)", Path("docs/operations.md").read_text())
    assert OctalIntType().convert(documented, None, None) == 0o660
