"""The web server's way in."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from eco_portal.charset import only_utf8
from eco_portal.whole_requests import read_whole

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eco_portal.settings")

application = read_whole(only_utf8(get_wsgi_application()))

# What is loaded by now stays for good: the collector need not walk through it again, nor start twenty times a request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
