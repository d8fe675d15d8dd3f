"""The addresses of the register. Persons stand under a key that says nothing; what was typed is never in one."""

from django.urls import URLPattern, path

from overgang.collect.register.screens import answering, entering, finding, intake, person, searching, work_list
from overgang.collect.register.screens.acts import ACTS, moving
from overgang.collect.register.screens.acts.act import Act
from overgang.collect.register.unit import deadlines, ended, exporting, overview, supervision

app_name = "register"

TAIL = {"person": "", "case": "<int:case>/", "row": "<int:row>/"}
MOVES = (moving.HandOver, moving.Withdraw)


def _path(act: type[Act]) -> URLPattern:
    view = entering.hand_over if act in MOVES else entering.enter
    return path(f"personer/<slug:key>/{act.slug}/{TAIL[act.level]}", view, {"act": act.id}, name=act.id)


urlpatterns = [
    path("arbeidsliste/", work_list.work_list, name="work_list"),
    path("sok/", searching.search, name="search"),
    path("personer/ny/", intake.intake, name="intake"),
    path("flyttinger/<int:handover>/", answering.answer, name="answer"),
    path("funn/<int:finding>/", finding.finding, name="finding"),
    path("personer/<slug:key>/", person.person, name="person"),
    path("personer/<slug:key>/vis-nummer/", person.numbers, name="numbers"),
    path("personer/<slug:key>/ta/", finding.take, name="take"),
    path("personer/<slug:key>/angre/<int:event>/", entering.undo, name="undo"),
    *map(_path, ACTS),
    path("enhet/", overview.overview, name="unit"),
    path("enhet/avsluttede/", ended.ended, name="ended"),
    path("enhet/frister/", deadlines.deadlines, name="deadlines"),
    path("enhet/uttrekk/", exporting.export, name="export"),
    path("tilsyn/", supervision.supervision, name="supervision"),
    path("tilsyn/tall.csv", supervision.supervision_file, name="supervision_file"),
]
