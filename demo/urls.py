from django.urls import path

from demo import views

urlpatterns = [
    path("", views.inbox, name="dev_inbox"),
    path("<slug:key>/", views.mail, name="dev_mail"),
]
