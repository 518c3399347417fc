from django.urls import include, path

from desk import hold_views, mail_views, numbers_views, registration_views
from desk import staff_views as views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("expiring/", views.expiring, name="expiring"),
    path("companies/", views.companies, name="companies"),
    path("cases/", include("casework.staff_urls")),
    path("cases/", include("registration_cases.staff_urls")),
    path("registrations/<slug:number>/", registration_views.staff_registration, name="staff_registration"),
    path("registrations/<slug:number>/certificate/", registration_views.staff_certificate, name="staff_certificate"),
    path(
        "registrations/<slug:number>/certificate/reissue/",
        registration_views.reissue_certificate,
        name="reissue_certificate",
    ),
    path(
        "registrations/<slug:number>/certificate.pdf",
        registration_views.staff_certificate_pdf,
        name="staff_certificate_pdf",
    ),
    path("registrations/<slug:number>/suspend/", registration_views.suspend_registration, name="suspend_registration"),
    path("registrations/<slug:number>/lift/", registration_views.lift_suspension, name="lift_suspension"),
    path("registrations/<slug:number>/delete/", registration_views.delete_registration, name="delete_registration"),
    path("ids/<uuid:public_id>/unlock/", registration_views.unlock_id, name="unlock_id"),
    path("holds/<uuid:public_id>/", hold_views.hold, name="hold"),
    path("holds/<uuid:public_id>/stop/", hold_views.stop_signer, name="stop_signer"),
    path("mail/", mail_views.refused_mails, name="refused_mails"),
    path("mail/again/", mail_views.send_all_again, name="send_all_again"),
    path("mail/<int:key>/again/", mail_views.send_again, name="send_mail_again"),
    path("mail/<int:key>/aside/", mail_views.set_aside, name="set_mail_aside"),
    path("numbers/", numbers_views.numbers, name="numbers"),
    path("numbers.csv", numbers_views.numbers_csv, name="numbers_csv"),
    path("settings/", include("desk.settings_urls")),
]
