"""Every address of the portal."""

from django.conf import settings
from django.urls import include, path

from eco_portal import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("menu/", views.menu, name="menu"),
    path("", include("accounts.urls")),
    path("", include("trade_registration.urls")),
    path("", include("signers.urls")),
    path("", include("registration_cases.urls")),
]
if settings.ECO_STAFF_SITE:
    urlpatterns += [path("staff/", include("desk.urls")), path("staff/", include("accounts.staff_urls"))]
if settings.ECO_INBOX:
    urlpatterns.append(path("dev/", include("demo.urls")))

handler400 = "foundation.errors.bad_request"
handler403 = "foundation.errors.permission_denied"
handler404 = "foundation.errors.not_found"
handler500 = "foundation.errors.server_error"
