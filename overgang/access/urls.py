"""The pages of who one is: front page, role, language, password, users, log."""

from django.urls import path

from overgang.access import events, token_screens, users, visit

app_name = "access"

urlpatterns = [
    path("", visit.home, name="home"),
    path("rolle", visit.role, name="role"),
    path("sprak", visit.language, name="language"),
    path("totrinn", visit.second_factor, name="second_factor"),
    path("inn/passord/<str:user>/<str:token>", visit.first_password, name="first_password"),
    path("brukere/", users.users, name="users"),
    path("brukere/ny", users.new_user, name="new_user"),
    path("brukere/<int:pk>", users.user, name="user"),
    path("brukere/<int:pk>/rolle", users.give_role, name="give_role"),
    path("brukere/<int:pk>/lenke", users.new_link, name="new_link"),
    path("brukere/<int:pk>/steng", users.shut_user, name="shut_user"),
    path("brukere/rolle/<int:grant>/slutt", users.end_role, name="end_role"),
    path("brukere/rolle/<int:grant>/gjennomgang", users.review_role, name="review_role"),
    path("nokler/", token_screens.tokens_page, name="tokens"),
    path("nokler/<int:pk>/slutt", token_screens.end_token, name="end_token"),
    path("logg/", events.events, name="events"),
    path("logg/fil", events.events_file, name="events_file"),
    path("logg/finn", events.find_person, name="find_person"),
    path("logg/kjede", events.chain, name="chain"),
    path("logg/hvem-har-sett/<str:person>", events.seen, name="seen"),
]
