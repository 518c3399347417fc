"""Our login and the peers', and the people who use them."""

import subprocess

from django.contrib.auth.hashers import make_password

from benchmarks.bench import PEER_PYTHON, Bench
from benchmarks.load import WrongAnswer
from demo.clerks import PASSWORD
from devtools.environment import ROOT

PEERS_SESSION = "benchmarkspeerssession0000000000"
PEERS_SITE = "benchmarks.peers.site.wsgi:application"
OURS = "eco_portal.wsgi:application"


def make_peers(bench: Bench, *, known: int = 1, new: int = 0) -> None:
    """The peers' tables, with so many people whose mailbox is proved and so many whose is not."""
    command = [str(PEER_PYTHON), "-m", "benchmarks.peers.site", PEERS_SESSION, make_password(PASSWORD)]
    if subprocess.call([*command, str(known), str(new)], cwd=ROOT, env=bench.env):
        raise WrongAnswer("The peers' tables could not be made.")
