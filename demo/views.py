"""/dev/: the demo's inbox, and the codes of its clerks. In production this app is not installed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from demo import clerks
from demo.inbox import mails


@public
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/inbox.html", {"mails": mails()})


@public
@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    found = next((each for each in mails() if each.key == key), None)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})


@public
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/codes.html", {"codes": clerks.codes()})
