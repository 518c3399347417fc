from django.urls import path

from accounts import staff_views as views

urlpatterns = [
    path("second-factor/set-up/", views.set_up_second_factor, name="set_up_second_factor"),
    path("second-factor/", views.enter_second_factor, name="enter_second_factor"),
    path("invited/<uuid:public_id>/<int:sent_at>/<slug:proof>/", views.accept_invitation, name="accept_invitation"),
    path("user/", views.user_settings, name="user_settings"),
    path("user/recovery-codes/", views.recovery_codes, name="recovery_codes"),
    path("clerks/", views.clerks, name="clerks"),
    path("clerks/invite/", views.invite_clerk, name="invite_clerk"),
    path("clerks/<uuid:public_id>/", views.clerk, name="clerk"),
    path("clerks/<uuid:public_id>/invite/", views.invite_clerk_again, name="invite_clerk_again"),
    path("clerks/<uuid:public_id>/role/", views.change_role, name="change_role"),
    path("clerks/<uuid:public_id>/second-factor/", views.reset_second_factor, name="reset_second_factor"),
    path("clerks/<uuid:public_id>/unlock/", views.unlock_clerk, name="unlock_clerk"),
    path("clerks/<uuid:public_id>/remove/", views.remove_clerk, name="remove_clerk"),
]
