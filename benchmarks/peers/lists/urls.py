"""The admin over the accounts: as one registers it at first, and tuned."""

from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

from benchmarks.peers.lists.models import Person


class UsualAdmin(admin.ModelAdmin):
    list_display = ("login_id", "name", "email")
    search_fields = ("name", "login_id", "email")
    ordering = ("-id",)


class TunedAdmin(UsualAdmin):
    list_per_page = 30
    show_full_result_count = False


usual_admin = admin.AdminSite("usual")
usual_admin.register(Person, UsualAdmin)
tuned_admin = admin.AdminSite("tuned")
tuned_admin.register(Person, TunedAdmin)

urlpatterns = [
    path("healthz", lambda _request: HttpResponse("ok")),
    path("usual-admin/", usual_admin.urls),
    path("tuned-admin/", tuned_admin.urls),
]
