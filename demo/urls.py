from django.urls import path

from demo import views

urlpatterns = [
    path("mail/", views.inbox, name="dev_inbox"),
    path("mail/<slug:key>/", views.mail, name="dev_mail"),
    path("codes/", views.codes, name="dev_codes"),
]
