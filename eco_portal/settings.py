"""Settings of the eCO portal, all read from the environment (README.md lists them). A missing secret stops the start."""

from pathlib import Path

from csp.constants import NONE, SELF

from foundation.environment import database, optional, required, smtp, switch, words
from foundation.proxy import SCHEME_HEADER, in_environ

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Secrets and addresses -------------------------------------------------------------------------------------------
SECRET_KEY = required("ECO_SECRET_KEY")
# Newest first: the first wraps, all unwrap, so that a key can be rotated without losing today's initial passwords.
ECO_MASTER_KEYS = [required("ECO_MASTER_KEYS"), *words("ECO_MASTER_KEYS")][1:]
ECO_ORIGIN = required("ECO_ORIGIN").rstrip("/")  # how people reach the portal, e.g. https://eco.example.jp
# How companies reach it, where the clerks have a site of their own: for what clerks print and the worker mails.
ECO_COMPANY_ORIGIN = optional("ECO_COMPANY_ORIGIN").rstrip("/") or ECO_ORIGIN
ALLOWED_HOSTS = words("ECO_ALLOWED_HOSTS") or [ECO_ORIGIN.split("://")[1].split(":")[0]]
ECO_BEHIND_PROXY = switch("ECO_BEHIND_PROXY")  # what is then believed of it: foundation/proxy.py

# Off: this site has no page for the chambers' clerks, and they cannot log in.
ECO_STAFF_SITE = switch("ECO_STAFF_SITE", "1")

# --- The demo: an inbox that can be read in the browser, and example companies; never in production ------------------
ECO_INBOX = optional("ECO_INBOX")  # a Maildir; empty: the pages under /dev/mail/ do not exist
ECO_PLAIN_HTTP = switch("ECO_PLAIN_HTTP")  # for the demo on one machine: cookies without Secure, no redirect to https

DEBUG = False

# --- Applications, in the order of their imports ---------------------------------------------------------------------
INSTALLED_APPS = [
    "documents",
    "chambers",
    "audit",
    "mailing",
    "accounts",
    "email_verification",
    "trade_registration",
    "signers",
    "casework",
    "registration_cases",
    "desk",
    *(["demo"] if ECO_INBOX else []),
    "django_otp",
    "django_otp.plugins.otp_totp",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "foundation.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "eco_portal.policy.PolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "foundation.errors.ErrorPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.access.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.access.AccessMiddleware",
]
ROOT_URLCONF = "eco_portal.urls"
WSGI_APPLICATION = "eco_portal.wsgi.application"
FORM_RENDERER = "foundation.form_renderer.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "eco_portal.template_loader.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Database: the limits keep one slow query from taking the portal with it -----------------------------------------
DATABASES = {
    "default": {
        **database("DATABASE_URL"),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            # A server that has gone without a word is noticed within a minute (not asked of a socket on this machine).
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            "options": "-c statement_timeout=10s -c lock_timeout=5s -c idle_in_transaction_session_timeout=15s"
            " -c jit=off -c max_parallel_workers_per_gather=0",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Accounts, sessions, cookies -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS: list[str] = []  # the one way in is accounts/credentials.py
PASSWORD_HASHERS = ["accounts.passwords.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.OwnWordsValidator"},
    {"NAME": "accounts.passwords.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.MaximumLengthValidator"},
]
LOGIN_URL = "login"
OTP_TOTP_THROTTLE_FACTOR = 0  # guesses are counted like those at passwords (accounts/throttle.py)
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not ECO_PLAIN_HTTP
SESSION_COOKIE_NAME = "eco-session" if ECO_PLAIN_HTTP else "__Host-eco-session"
CSRF_COOKIE_NAME = "eco-csrf" if ECO_PLAIN_HTTP else "__Host-eco-csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.access.old_page"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- Headers ---------------------------------------------------------------------------------------------------------
SECURE_HSTS_SECONDS = 0 if ECO_PLAIN_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not ECO_PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ECO_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = (in_environ(SCHEME_HEADER), "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# --- Language, time, files -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {"staticfiles": {"BACKEND": "eco_portal.static_files.StaticFilesStorage"}}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = ["foundation.upload_handler.CuttingUploadHandler"]

# --- Mail: the outbox is delivered by Celery (mailing/) --------------------------------------------------------------
globals().update(smtp("ECO_SMTP_URL", "smtp://127.0.0.1:25"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = optional("ECO_MAIL_FROM", "貿易関係証明発給システム <eco@example.jp>")

# --- Celery: starts work, never holds it. Losing Redis loses nothing -------------------------------------------------
CELERY_BROKER_URL = required("REDIS_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 5, "socket_keepalive": True}
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Plain intervals: crontab schedules loop when time zones differ. A message that nobody fetched in time is void, so a
# worker that comes back finds no pile of them. Mail is delivered by two processes at once, where there is more than one mail.
CELERY_BEAT_SCHEDULE = {
    "deliver mail": {"task": "mailing.tasks.deliver_mail", "schedule": 2.0, "options": {"expires": 2.0}},
    "deliver mail beside": {"task": "mailing.tasks.deliver_mail", "schedule": 2.0, "options": {"expires": 2.0}},
    "tidy mail": {"task": "mailing.tasks.tidy", "schedule": 900.0, "options": {"expires": 900.0}},
    "tidy accounts": {"task": "accounts.tasks.tidy", "schedule": 300.0, "options": {"expires": 300.0}},
    "remind of renewals": {"task": "trade_registration.tasks.remind", "schedule": 900.0, "options": {"expires": 900.0}},
    "tidy cases": {"task": "casework.tasks.tidy", "schedule": 3600.0, "options": {"expires": 3600.0}},
}

# --- Logs: one JSON object a line, on standard error -----------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "foundation.request_log.JsonFormatter"}},
    "filters": {"routes": {"()": "foundation.request_log.RoutesForPaths"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["routes"]}},
    "root": {"handlers": ["stderr"], "level": optional("ECO_LOG_LEVEL", "INFO")},
    "loggers": {"fontTools": {"level": "ERROR"}, "django.request": {"level": "ERROR"}},
}
