from django.urls import path

from desk import staff_views as views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("companies/", views.companies, name="companies"),
    path("numbers/", views.numbers, name="numbers"),
    path("settings/", views.chamber_settings, name="chamber_settings"),
]
