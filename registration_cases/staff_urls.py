from django.urls import path

from registration_cases import staff_views

urlpatterns = [
    path("<uuid:public_id>/signers/<uuid:signer_id>.png", staff_views.staff_specimen, name="staff_specimen"),
]
