"""The portal speaks UTF-8 and nothing else."""

from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler

from eco_portal.charset import only_utf8


def answer_to(content_type: str) -> str:
    """The status that the portal answers a request for /healthz with."""
    environ = {"PATH_INFO": "/healthz", "CONTENT_TYPE": content_type, "HTTP_CLIENTSCHEME": "https"}
    setup_testing_defaults(environ)
    statuses: list[str] = []
    list(only_utf8(WSGIHandler())(environ, lambda status, *_more: statuses.append(status)))  # type: ignore[arg-type]
    return statuses[0].split()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("", "200"),
        ("text/plain", "200"),
        ("multipart/form-data; boundary=x", "200"),
        ("application/x-www-form-urlencoded; charset=UTF-8", "200"),
        ("text/plain; charset=hex", "400"),
        ("text/plain; charset=nonsense", "400"),
        ("multipart/form-data; boundary=x; charset=utf-7", "400"),
        ("text/plain; x*=idna''%ff", "400"),
    ],
)
def test_a_request_in_another_character_set_is_refused(content_type: str, status: str) -> None:
    assert answer_to(content_type) == status
