"""Dramatiq, whose workers are threads."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peers.mail.settings"

import django
import dramatiq
from dramatiq.brokers.redis import RedisBroker

django.setup()

from benchmarks.peers.mail.letter import send_code

dramatiq.set_broker(RedisBroker(url=os.environ["REDIS_URL"].replace("redis+socket:", "unix:") + "?db=2"))


@dramatiq.actor
def mail_code(address, code):
    send_code(address, code)
