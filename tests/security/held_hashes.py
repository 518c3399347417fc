"""The portal, with hashes that are begun and do not end until a file is there. Each is noted in a file beside it."""

import os
import time
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

from eco_portal.wsgi import application

__all__ = ["application"]

FOLDER = Path(os.environ["HELD_HASHES"])
_verify = Argon2PasswordHasher.verify


def _held(*args: Any) -> bool:
    with (FOLDER / "begun").open("a") as begun:
        begun.write("x")
    while not (FOLDER / "end").exists():
        time.sleep(0.01)
    return _verify(*args)


Argon2PasswordHasher.verify = _held
