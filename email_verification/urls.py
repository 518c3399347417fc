from django.urls import path

from email_verification import views

urlpatterns = [
    path("email-verification/", views.enter_code, name="enter_code"),
    path("email-verification/address/", views.check_address, name="check_address"),
]
