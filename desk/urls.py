from django.urls import include, path

from desk import staff_views as views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("companies/", views.companies, name="companies"),
    path("numbers/", views.numbers, name="numbers"),
    path("settings/", include("desk.settings_urls")),
]
