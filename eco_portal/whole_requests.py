"""Nothing is answered before the request has been taken from whoever brings it."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_CHUNK = 1024 * 1024


def read_whole(application: WSGIApplication) -> WSGIApplication:
    """Reads what the application has left of the body. A web server that answers and closes while the proxy is still sending
    gives it a broken connection, and the person its 502 instead of the answer."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answered = application(environ, start_response)
        if environ.get("CONTENT_LENGTH"):
            while environ["wsgi.input"].read(_CHUNK):
                pass
        return answered

    return answer
