"""For the web server."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.same_page.settings"

from eco_portal.wsgi import application

__all__ = ["application"]
