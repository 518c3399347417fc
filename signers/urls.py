from django.urls import path

from signers import mailbox_views, sub_id_views, views

urlpatterns = [
    path("email-verification/", mailbox_views.enter_code, name="enter_code"),
    path("email-verification/address/", mailbox_views.check_address, name="check_address"),
    path("signers/", views.signer_list, name="signers"),
    path("signers/certificates/", views.certificates, name="signer_certificates"),
    path("signers/certificates.pdf", views.certificates_pdf, name="signer_certificates_pdf"),
    path("signers/<uuid:public_id>/", views.account_detail, name="account_detail"),
    path("signers/<uuid:public_id>/email/", views.change_email, name="change_signer_email"),
    path("signers/<uuid:public_id>/password/", views.change_password, name="change_signer_password"),
    path("signers/<uuid:public_id>/certificate/", views.certificate, name="signer_certificate"),
    path("signers/<uuid:public_id>/certificate.pdf", views.certificate_pdf, name="signer_certificate_pdf"),
    path("sub-ids/", sub_id_views.sub_id_list, name="sub_ids"),
    path("sub-ids/new/", sub_id_views.new_sub_id, name="new_sub_id"),
    path("sub-ids/<uuid:public_id>/", sub_id_views.sub_id, name="sub_id"),
    path("sub-ids/<uuid:public_id>/password/", sub_id_views.change_sub_id_password, name="change_sub_id_password"),
    path("sub-ids/<uuid:public_id>/delete/", sub_id_views.delete_sub_id, name="delete_sub_id"),
]
