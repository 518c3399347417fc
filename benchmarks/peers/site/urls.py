"""The way in, and one line of text behind it."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path


@login_required
def menu(request):
    return render(request, "site/menu.html")


urlpatterns = [
    path("healthz", lambda _request: HttpResponse("ok")),
    path("menu/", menu),
    path("accounts/", include("allauth.urls"))
    if settings.WITH_ALLAUTH
    else path("accounts/login/", LoginView.as_view(template_name="site/login.html")),
]
