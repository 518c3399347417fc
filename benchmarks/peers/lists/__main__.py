"""Makes the peers' own tables, somebody who may see everything, and that person's session."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.lists.settings"

import django

django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command

from benchmarks.peers.sessions import log_in

call_command("migrate", verbosity=0)
somebody = User.objects.create(username="somebody", is_staff=True, is_superuser=True)
log_in(somebody, os.environ["PEERS_SESSION"])
