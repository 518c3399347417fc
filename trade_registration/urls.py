from django.urls import path

from trade_registration import views

urlpatterns = [
    path("registration/", views.overview, name="registration"),
    path("registration/certificate.pdf", views.certificate, name="registration_certificate"),
    path("registration/contact/", views.contact, name="change_contact"),
    path("registration/contact/mailbox/", views.confirm_mailbox, name="confirm_mailbox"),
    path("registration/contact/mailbox/send/", views.send_mailbox_code, name="send_mailbox_code"),
    path("registration/contact/mailbox/keep/", views.keep_mailbox, name="keep_mailbox"),
]
