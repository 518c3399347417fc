"""Each list twice: as one writes it at first, and tuned."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import cached_property

from benchmarks.peers.lists.models import Person

ROWS_A_PAGE = 30
COUNTED = 1_000


class TunedPaginator(Paginator):
    """Counts no further than people read, and takes the planner's estimate where everything is listed."""

    @cached_property
    def count(self):
        if getattr(self.object_list, "is_everything", False):
            with connection.cursor() as cursor:
                cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'lists_person'::regclass")
                return cursor.fetchone()[0]
        return self.object_list.order_by()[: COUNTED + 1].count()


def _rows(request):
    term = request.GET.get("q", "").strip()
    rows = Person.objects.order_by("-pk")
    if "registration" in request.GET:
        rows = rows.filter(registration_id=request.GET["registration"])
    elif "chamber" in request.GET:
        rows = rows.filter(chamber_id=request.GET["chamber"])
    if term:
        rows = rows.filter(Q(name__icontains=term) | Q(login_id__icontains=term) | Q(email__icontains=term))
    return rows


@login_required
def usual(request):
    page = Paginator(_rows(request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "lists/people.html", {"page": page})


@login_required
def tuned(request):
    rows = _rows(request)
    rows.is_everything = not request.GET.get("q") and "registration" not in request.GET
    page = TunedPaginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "lists/people.html", {"page": page})


class UsualAdmin(admin.ModelAdmin):
    list_display = ("login_id", "name", "email")
    search_fields = ("name", "login_id", "email")
    ordering = ("-id",)


class TunedAdmin(UsualAdmin):
    list_per_page = ROWS_A_PAGE
    show_full_result_count = False
    paginator = TunedPaginator


usual_admin = admin.AdminSite("usual")
usual_admin.register(Person, UsualAdmin)
tuned_admin = admin.AdminSite("tuned")
tuned_admin.register(Person, TunedAdmin)

urlpatterns = [
    path("healthz", lambda _request: HttpResponse("ok")),
    path("usual/", usual),
    path("tuned/", tuned),
    path("usual-admin/", usual_admin.urls),
    path("tuned-admin/", tuned_admin.urls),
]
