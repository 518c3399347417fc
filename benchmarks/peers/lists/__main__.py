"""Makes the peers' own tables, somebody who may see everything, and that person's session."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.lists.settings"

import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

call_command("migrate", verbosity=0)
somebody = User.objects.create(username="somebody", is_staff=True, is_superuser=True)
session = SessionStore()
session[SESSION_KEY] = str(somebody.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = somebody.get_session_auth_hash()
session._session_key = os.environ["PEERS_SESSION"]
session.save(must_create=True)
