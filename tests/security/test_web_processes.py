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
    """Those that answer: children of the web server's own process."""
    (web,) = (child.process.pid for child in front.processes.children if child.name == "web")
    return {int(pid) for pid in Path(f"/proc/{web}/task/{web}/children").read_text().split()}


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
