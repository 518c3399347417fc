from django.urls import path

from accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("session/", views.session_left, name="session_left"),
    path("session/stay/", views.stay, name="stay"),
    path("session/discard/", views.discard_kept, name="discard_kept"),
    path("password/", views.change_password, name="change_password"),
    path("forgotten/", views.forgotten, name="forgotten"),
    path("forgotten/sent/", views.forgotten_sent, name="forgotten_sent"),
    path("forgotten/id/", views.forgotten_id, name="forgotten_id"),
    path("forgotten/id/sent/", views.forgotten_id_sent, name="forgotten_id_sent"),
    path("reset/<uuid:public_id>/<slug:proof>/", views.reset_password, name="reset_password"),
]
