"""Addresses."""

from django.urls import URLPattern, path, re_path

from overgang.collect.returns.screens.commenting import deciding, listing, rounds, writing

urlpatterns: list[URLPattern] = [
    path("kommentarer/", rounds.comments, name="comments"),
    path("kommentarer/<int:year>/", rounds.comment_round, name="comment_round"),
    path("kommentarer/<int:year>/ute", rounds.results_out, name="results_out"),
    path("kommentarer/<int:year>/sporsmal", rounds.questions, name="questions"),
    path("kommentarer/<int:year>/apne", rounds.open_comments, name="open_comments"),
    path("kommentarer/<int:year>/frist", rounds.prolong_comments, name="prolong_comments"),
    path("kommentarer/<int:year>/lukk", rounds.close_comments, name="close_comments"),
    path("kommentarer/<int:year>/publiser", rounds.publish_comments, name="publish_comments"),
    path("kommentarer/<int:year>/svar/<str:unit>/", writing.write, name="write_comments"),
    path("kommentarer/<int:year>/<int:number>/<int:question>/", deciding.decide, name="comment"),
    path("kommentarer/<int:year>/vis", listing.preview, name="comments_preview"),
    re_path(
        r"^kommentarer/(?P<year>[0-9]{4})/kommentarer\.(?P<format>csv|html|json)$",
        listing.file,
        name="comments_file",
    ),
]
