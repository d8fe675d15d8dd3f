"""Addresses."""

from django.urls import URLPattern, path

from overgang.collect.returns.screens.rounds import addresses, deadline, frame, opening, overview, post, responses

urlpatterns: list[URLPattern] = [
    path("runder/", overview.rounds, name="rounds"),
    path("runder/ny/", opening.opening, name="new_round"),
    path("runder/<int:year>/", overview.one, name="round"),
    path("runder/<int:year>/svar.csv", overview.file, name="round_file"),
    path("runder/<int:year>/ramme/", frame.frame, name="frame"),
    path("runder/<int:year>/frist/", deadline.closing_day, name="closing_day"),
    path("runder/<int:year>/lukk/", deadline.close, name="close_round"),
    path("runder/<int:year>/frist/<slug:unit>/", deadline.of_unit, name="deadline"),
    path("runder/<int:year>/brev/", post.letters, name="letters"),
    path("runder/<int:year>/brev/<slug:kind>/", post.laying, name="lay"),
    path("runder/<int:year>/brev/igjen/<int:letter>/", post.again, name="letter_again"),
    path("postmottak/", addresses.addresses, name="addresses"),
    path("postmottak/<slug:unit>/", addresses.address, name="address"),
    path("runder/<int:year>/svar/", responses.responses, name="responses"),
]
