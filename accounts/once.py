"""A form that is sent twice is done once, without script: the second answer leads to where the first one led.

The token is the CSRF field, which Django masks anew for every page that it renders: the same mask with the same content is
the same form, sent again. Other content under the same mask (a page that a browser kept, typed into anew) is another one.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import DoneOnce

View = TypeVar("View", bound=Callable[..., HttpResponse])
KEPT = timedelta(days=3)
# How long a mailed link that was used lets the very same form in again: somebody who pressed twice, not who comes by later.
_LETS_IN_AGAIN = timedelta(minutes=10)
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (the name of a field)


class _Act:
    """What one form asks for. Once begun, it is one transaction with the note that it was done."""

    def __init__(self, key: str, until_answered: ExitStack) -> None:
        self.key, self.has_begun = key, False
        self.entered_case: UUID | None = None
        self._until_answered = until_answered

    def begin(self) -> None:
        """Waits for whoever is doing the same. Raises IntegrityError when it was done meanwhile."""
        self._until_answered.enter_context(transaction.atomic())
        DoneOnce.objects.create(key=self.key)
        self.has_begun = True

    def end(self, response: HttpResponse) -> None:
        """Notes where the answer leads; an answer that leads nowhere has done nothing."""
        if response.status_code == 302:
            done = DoneOnce.objects.filter(pk=self.key)
            done.update(address=response["Location"], entered_case=self.entered_case)
        else:
            transaction.set_rollback(True)


def done_once(view: View) -> View:
    """For views whose POST makes, sends, ends or decides something: they call ``begin_act`` before their verb."""
    return _once(view, lambda request, case: None)


def done_once_by(again: Callable[[Any, UUID], None]) -> Callable[[View], View]:
    """The same for mailed links; ``again`` lets a browser into the case that the first answer opened."""
    return lambda view: _once(view, again)


def _once(view: View, again: Callable[[Any, UUID], None]) -> View:
    def answer(request: HttpRequest, key: str) -> HttpResponse | None:
        done = DoneOnce.objects.filter(pk=key).first()
        if done and done.entered_case and timezone.now() < done.done_at + _LETS_IN_AGAIN:
            again(request, done.entered_case)
        return redirect(done.address) if done else None

    @wraps(view)
    def once(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key_of(request)
        if key is None:
            return view(request, *args, **kwargs)
        if earlier := answer(request, key):
            return earlier
        try:
            with ExitStack() as until_answered:
                act = _Act(key, until_answered)
                request.act = act  # type: ignore[attr-defined]
                response = view(request, *args, **kwargs)
                if act.has_begun:
                    act.end(response)
        except Exception:
            if earlier := answer(request, key):
                return earlier
            raise
        return response if act.has_begun else answer(request, key) or response

    once.is_done_once = True  # type: ignore[attr-defined]
    return cast(View, once)


def begin_act(request: HttpRequest) -> None:
    """What the view does from here on is done once for this form: in one transaction, with a note of where it led."""
    if act := getattr(request, "act", None):
        act.begin()


def note_entered(request: HttpRequest, case: UUID) -> None:
    """The answer lets the browser into this case; sent again, it must be let in again."""
    if act := getattr(request, "act", None):
        act.entered_case = case


def forget_old() -> None:
    """Deletes the notes that are some days old."""
    DoneOnce.objects.filter(done_at__lt=timezone.now() - KEPT).delete()


def _key_of(request: HttpRequest) -> str | None:
    """What this form and nothing else has; None for a request without token, which no page of ours sends."""
    if request.method != "POST" or not request.POST.get(_TOKEN):
        return None
    sent = [
        request.path,
        sorted(request.POST.lists()),
        sorted((name, _digest(upload)) for name, uploads in request.FILES.lists() for upload in uploads),
    ]
    return salted_hmac("accounts.once", json.dumps(sent), algorithm="sha256").hexdigest()


def _digest(upload: "UploadedFile[bytes]") -> str:
    """Of the name and the content."""
    content = hashlib.sha256(json.dumps(upload.name).encode())
    for chunk in upload.chunks():
        content.update(chunk)
    upload.seek(0)
    return content.hexdigest()
