"""The settings under test: the portal's own, with what tests must not share or wait for."""

import os
import re

from eco_portal.settings import *  # noqa: F403
from eco_portal.settings import DATABASES, TEMPLATES

STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["tests.support.hashing.QuickHasher"]
# An undefined variable in a template shows itself, and tests/conftest.py fails on it.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = "UNDEFINED(%s)"
# A machine may be slow; how long anything takes is the benchmarks' matter.
_DATABASE = DATABASES["default"]["OPTIONS"]
_DATABASE["connect_timeout"] = 60
_DATABASE["options"] = re.sub(r"(_timeout)=\d+s", r"\1=300s", _DATABASE["options"])
# A database with all tables, which dev.py has made: copied for each process of the tests.
if _template := os.environ.get("ECO_TESTS_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": _template}
