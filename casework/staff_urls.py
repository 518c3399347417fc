from django.urls import path

from casework import evidence_views, examination_views, staff_views

urlpatterns = [
    path("<uuid:public_id>/", staff_views.staff_case, name="staff_case"),
    path("<uuid:public_id>/leave/", staff_views.leave_case_desk, name="leave_case_desk"),
    path("<uuid:public_id>/release/", staff_views.release_case, name="release_case"),
    path("<uuid:public_id>/note/", staff_views.write_note, name="write_note"),
    path("<uuid:public_id>/message/", staff_views.write_to_company, name="write_to_company"),
    path("<uuid:public_id>/checklist/", examination_views.tick_case, name="tick_case"),
    path("<uuid:public_id>/return/", examination_views.return_case, name="return_case"),
    path("<uuid:public_id>/approve/", examination_views.approve_case, name="approve_case"),
    path("<uuid:public_id>/reject/", examination_views.reject_case, name="reject_case"),
    path(
        "<uuid:public_id>/documents/<uuid:document_id>/",
        evidence_views.staff_document,
        name="staff_document",
    ),
    path(
        "<uuid:public_id>/documents/<uuid:document_id>/<int:page>.png",
        evidence_views.staff_document_page,
        name="staff_document_page",
    ),
    path(
        "<uuid:public_id>/documents/<uuid:document_id>/<int:page>/",
        evidence_views.staff_document_viewer,
        name="staff_document_viewer",
    ),
]
