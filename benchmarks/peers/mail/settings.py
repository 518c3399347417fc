"""What sending a mail takes."""

import os
from pathlib import Path
from urllib.parse import urlsplit

_mail_server = urlsplit(os.environ["ECO_SMTP_URL"])

SECRET_KEY = "only for measuring"
USE_TZ = True
EMAIL_HOST = _mail_server.hostname
EMAIL_PORT = _mail_server.port
DEFAULT_FROM_EMAIL = "貿易関係証明発給システム <eco@example.jp>"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).resolve().parents[3] / "templates"],
    }
]
