"""The usual project: eight middlewares, sessions in the database. With PEERS_SITE=allauth that package has the login."""

import os
from urllib.parse import parse_qs, urlsplit

WITH_ALLAUTH = os.environ.get("PEERS_SITE") == "allauth"
_database = urlsplit(os.environ["DATABASE_URL"])
_mail_server = urlsplit(os.environ.get("ECO_SMTP_URL", "smtp://127.0.0.1:25"))

SECRET_KEY = "only for measuring"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "benchmarks.peers.site.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "benchmarks.peers.site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if WITH_ALLAUTH:
    INSTALLED_APPS += ["allauth", "allauth.account"]
    MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]
    AUTHENTICATION_BACKENDS = [
        "django.contrib.auth.backends.ModelBackend",
        "allauth.account.auth_backends.AuthenticationBackend",
    ]
    ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    # By this its limits tell one visitor from the other, as behind a proxy.
    ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Real-IP"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.lstrip("/"),
        "USER": _database.username or "",
        "HOST": parse_qs(_database.query).get("host", [_database.hostname or ""])[0],
        "PORT": _database.port or "",
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"options": "-c search_path=peer_site -c jit=off"},
    }
}
# Our parameters of Argon2id.
PASSWORD_HASHERS = ["benchmarks.peers.site.hasher.Hasher"]
LOGIN_REDIRECT_URL = "/menu/"
EMAIL_HOST = _mail_server.hostname
EMAIL_PORT = _mail_server.port
DEFAULT_FROM_EMAIL = "eco@example.jp"
LANGUAGE_CODE = "ja"
USE_TZ = True
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
