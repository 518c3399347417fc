"""The portal speaks UTF-8 and nothing else."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.utils.http import parse_header_parameters


def only_utf8(application: WSGIApplication) -> WSGIApplication:
    """Answers 400 to a request that names another character set. No browser does; Django would fail at reading it, before
    anything of ours could answer, or read what cannot be stored."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if _is_utf8(environ.get("CONTENT_TYPE", "")):
            return application(environ, start_response)
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "0")])
        return []

    return answer


def _is_utf8(content_type: str) -> bool:
    try:
        _type, parameters = parse_header_parameters(content_type)
    except ValueError:
        return False
    return parameters.get("charset", "utf-8").lower() in ("utf-8", "utf8")
