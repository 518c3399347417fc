"""A fresh database for a run. The databases of the lists beside it are kept; what the other cases write is not."""

import os

import django
import psycopg
from django.core.management import call_command

if __name__ == "__main__":
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address.replace("/eco?", "/postgres?"), autocommit=True) as server:
        server.execute("DROP DATABASE eco WITH (FORCE)")
        server.execute("CREATE DATABASE eco")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
