#!/usr/bin/env python3
"""Runs, tests and checks the portal on a machine that has only Python. Standard library only.

python3 dev.py run [--port 8000]       the portal with example companies
python3 dev.py reset                   deletes the data of run
python3 dev.py test [pytest arguments] the whole test suite; --minutes N before them: as much of it as fits
python3 dev.py check                   linters, types, migrations, templates, deployment, lock files
python3 dev.py screens                 the pictures of docs/screens/ anew
python3 dev.py architecture            the picture of what imports what, docs/architecture.svg
python3 dev.py bench [name ...]        the benchmarks
python3 dev.py manage ARGUMENTS        manage.py on the data of a running portal
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")

from devtools.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
