"""The addresses of the annual returns, a list for each kind of work."""

from overgang.collect.returns.screens.answering.urls import urlpatterns as answering
from overgang.collect.returns.screens.commenting.urls import urlpatterns as commenting
from overgang.collect.returns.screens.desk.urls import urlpatterns as desk
from overgang.collect.returns.screens.rounds.urls import urlpatterns as rounds
from overgang.collect.returns.screens.surveying.urls import urlpatterns as surveying

app_name = "returns"

urlpatterns = [*answering, *rounds, *desk, *commenting, *surveying]
