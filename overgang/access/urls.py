"""The pages of who one is: front page, role, language, password, users, log."""

from django.urls import path

from overgang.access import visit

app_name = "access"

urlpatterns = [
    path("", visit.home, name="home"),
    path("rolle", visit.role, name="role"),
    path("sprak", visit.language, name="language"),
    path("totrinn", visit.second_factor, name="second_factor"),
    path("inn/passord/<str:user>/<str:token>", visit.first_password, name="first_password"),
]
