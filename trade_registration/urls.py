from django.urls import path

from trade_registration import views

urlpatterns = [
    path("registration/", views.overview, name="registration"),
    path("registration/certificate.pdf", views.certificate, name="registration_certificate"),
    path("registration/change/", views.change, name="change_registration"),
    path("registration/contact/", views.contact, name="change_contact"),
]
