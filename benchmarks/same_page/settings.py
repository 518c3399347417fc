"""The portal's settings with two addresses more."""

from eco_portal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.same_page.urls"
