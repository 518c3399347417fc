"""Makes the peers' own tables and the people who log in, of whom the first is logged in already.

Told the key of that session, the hash of everybody's password, and how many have proved their mailbox and how many have not.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.site.settings"
os.environ["PEERS_SITE"] = "allauth"

import django

django.setup()

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from benchmarks.peers.sessions import log_in


def _make(prefix, number, password, *, verified):
    people = [
        User(username=f"{prefix}{each}", email=f"{prefix.lower()}{each}@example.jp", password=password)
        for each in range(number)
    ]
    User.objects.bulk_create(people)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=each.email, primary=True, verified=verified) for each in people
    )


if __name__ == "__main__":
    key, password, known, new = sys.argv[1:]
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS peer_site CASCADE; CREATE SCHEMA peer_site")
    call_command("migrate", verbosity=0)
    _make("benchKnown", int(known), password, verified=True)
    _make("benchNew", int(new), password, verified=False)
    log_in(User.objects.get(username="benchKnown0"), key)
