"""The usual project, with a login. With PEERS_SITE=allauth that package has it."""

import os
from urllib.parse import urlsplit

from benchmarks.peers import usual
from benchmarks.peers.usual import *  # noqa: F403

WITH_ALLAUTH = os.environ.get("PEERS_SITE") == "allauth"
_mail_server = urlsplit(os.environ.get("ECO_SMTP_URL", "smtp://127.0.0.1:25"))

ROOT_URLCONF = "benchmarks.peers.site.urls"
INSTALLED_APPS = [*usual.INSTALLED_APPS, "benchmarks.peers.site"]
DATABASES = usual.databases("peer_site")
if WITH_ALLAUTH:
    INSTALLED_APPS += ["allauth", "allauth.account"]
    MIDDLEWARE = [*usual.MIDDLEWARE, "allauth.account.middleware.AccountMiddleware"]
    AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        "allauth.account.auth_backends.AuthenticationBackend",
    ]
    ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    # By this its limits tell one visitor from the other, as behind a proxy.
    ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "ClientAddress"
# Our parameters of Argon2id.
PASSWORD_HASHERS = ["benchmarks.peers.site.hasher.Hasher"]
LOGIN_REDIRECT_URL = "/menu/"
EMAIL_HOST = _mail_server.hostname
EMAIL_PORT = _mail_server.port
DEFAULT_FROM_EMAIL = "eco@example.jp"
