"""The usual project, with the admin."""

from benchmarks.peers import usual
from benchmarks.peers.usual import *  # noqa: F403

ROOT_URLCONF = "benchmarks.peers.lists.urls"
INSTALLED_APPS = ["django.contrib.admin", *usual.INSTALLED_APPS, "benchmarks.peers.lists"]
DATABASES = usual.databases("peer")
