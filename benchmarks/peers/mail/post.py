"""Puts tasks into the queues: asked with whose queue it is, and a list of address and code."""

from benchmarks.conversation import answer
from benchmarks.peers.mail import by_celery, by_dramatiq

_PUT = {"celery": by_celery.mail_code.delay, "dramatiq": by_dramatiq.mail_code.send}


def put(asked):
    for address, code in asked["letters"]:
        _PUT[asked["queue"]](address, code)
    return len(asked["letters"])


if __name__ == "__main__":
    answer(put)
