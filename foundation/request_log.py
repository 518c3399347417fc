"""Logs: one JSON object a line. Routes instead of addresses, because an address may hold a one-time link."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """ASCII only, so that nobody's input can colour or break a line of the log."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry)


class RoutesForPaths(logging.Filter):
    """Django ends its messages about a request with the request's path: the route stands in for it."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple) and record.args:
            record.args = (*record.args[:-1], _route(request))
        return True


def _route(request: HttpRequest) -> str | None:
    return request.resolver_match.route if request.resolver_match else None


class RequestLogMiddleware:
    """Logs who called which route, with what result and in how many milliseconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        facts = {
            "method": request.method,
            "route": _route(request),
            "status": response.status_code,
            "ms": round((time.perf_counter() - started) * 1000, 1),
            "account": getattr(request, "account_id", None),
        }
        log.info("request", extra={"facts": facts})
        return response
