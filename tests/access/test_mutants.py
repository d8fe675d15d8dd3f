"""Faults of access planted on purpose: each must be told by a probe of the matrix, and by none without the fault.

A fault is a change to one place of the program; the probe is the smallest part of the matrix that should see it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.auth_backends import AuthenticationBackend
from django import forms
from django.db.models import Q

from overgang.access import actor, events, gate, management, policies, tokens, users, visit
from overgang.access.actor import Actor
from overgang.access.models import Event, Grant, Token, User
from overgang.access.policies import GET_AND_POST, Policy, Who
from overgang.collect.register import scope, steps
from overgang.collect.register.batches import api
from overgang.collect.register.batches import screens as batch_screens
from overgang.collect.register.batches.kinds import kind as kinds
from overgang.collect.register.batches.kinds import persons
from overgang.collect.register.batches.standing import Standing
from overgang.collect.register.models import Batch, Decision, Finding, Identifier, Participation, Person
from overgang.collect.register.screens import answering, entering, intake, searching, seen, work_list
from overgang.collect.register.screens import finding as finding_screen
from overgang.collect.register.screens.acts import personal
from overgang.collect.register.unit import exporting, lists, overview
from tests.access import probes
from tests.access.matrix import cells, deviations, unlike_missing
from tests.access.probes import Clients
from tests.access.ways import World

pytestmark = pytest.mark.django_db

Patch = pytest.MonkeyPatch
Probe = Callable[[World, Clients], Iterator[str]]


def the_cells(name: str, *visitors: str, method: str = "GET") -> Probe:
    return lambda world, clients: deviations(world, clients, name, cells(name, visitors, (method,)))


def the_likeness(name: str) -> Probe:
    return lambda world, clients: unlike_missing(world, clients, name)


def the_path(name: str) -> Probe:
    return lambda world, clients: probes.in_path(world, clients, name)


def the_query(name: str) -> Probe:
    return lambda world, clients: probes.in_query(world, clients, name)


def the_body(name: str, *fields: str) -> Probe:
    return lambda world, clients: probes.in_body(world, clients, name, fields)


def the_file(kind: str) -> Probe:
    return lambda world, clients: probes.in_files(world, clients, [kind])


def every(self: Any, actor: Actor) -> Any:  # noqa: ARG001
    return self.all()


def persons_of_all(patch: Patch) -> None:
    patch.setattr(scope.Persons, "seen_by", every)


def grade_6_forgotten(patch: Patch) -> None:
    def seen_by(self: Any, actor: Actor) -> Any:
        cases = self.model.cases.rel.related_model.objects.filter(unit__in=sorted(actor.units))
        return self.filter(Q(cases__in=cases) | Q(address_grade=6))

    patch.setattr(scope.Persons, "seen_by", seen_by)


def numbers_of_all(patch: Patch) -> None:
    patch.setattr(scope.OfPerson, "seen_by", every)


def findings_of_all(patch: Patch) -> None:
    patch.setattr(scope.OfUnit, "seen_by", every)


def graded_in_the_search(patch: Patch) -> None:
    patch.setattr(scope.Persons, "listed_for", scope.Persons.seen_by)


def manager_bypassed(patch: Patch) -> None:
    def seen_person(actor: Actor, key: str, today: Any, lang: str) -> Any:
        return seen.seen_by(actor, seen.Person.objects.filter(key=key).first() or _none(), today, lang)

    patch.setattr(entering, "seen_person", seen_person)


def _none() -> Any:
    raise seen.Http404


def cases_of_other_units(patch: Patch) -> None:
    def seen_by(actor: Actor, person: Person, today: Any, lang: str) -> Any:
        found = original(actor, person, today, lang)
        return replace(found, cases=tuple(reversed(found.whole.cases)))

    original = seen.seen_by
    patch.setattr(seen, "seen_by", seen_by)


def rows_of_other_units(patch: Patch) -> None:
    def row(self: Any, model: Any, id: int) -> Any:
        found = model.objects.filter(pk=id).first() or _none()
        return found, self.cases[0]

    patch.setattr(seen.Seen, "row", row)


def policy_swapped(patch: Patch) -> None:
    patch.setattr(overview.overview, "policy", Policy(Who.ACTING))


def policy_public(patch: Patch) -> None:
    patch.setattr(work_list.work_list, "policy", Policy(Who.SIGNED_IN))


def policy_of_another(patch: Patch) -> None:
    patch.setattr(exporting.export, "policy", Policy(Who.ACTING, frozenset({"persons"}), GET_AND_POST))


def policy_missing(patch: Patch) -> None:
    patch.delattr(visit.home, "policy")


def method_widened(patch: Patch) -> None:
    patch.setattr(batch_screens.undo, "policy", Policy(Who.ACTING, frozenset({"import"}), GET_AND_POST))


def default_allow(patch: Patch) -> None:
    def refusal(found: Any, method: str, actor: Any, signed_in: bool) -> Any:
        why = original(found, method, actor, signed_in)
        return None if why is policies.Refusal.PERMISSION else why

    original = gate.refusal
    patch.setattr(gate, "refusal", refusal)


def role_with_one_more(patch: Patch) -> None:
    known = dict(actor.roles())
    known["analyst"] = replace(known["analyst"], may=known["analyst"].may | {"log"})
    patch.setattr(actor, "roles", lambda: known)


def role_over_goes_on(patch: Patch) -> None:
    def actor_of(request: Any) -> Any:
        grant = Grant.objects.filter(user=request.user).first()
        return grant and grant.actor(request.user)

    patch.setattr(gate, "actor_of", actor_of)


def shut_out_goes_on(patch: Patch) -> None:
    patch.setattr(AuthenticationBackend, "user_can_authenticate", lambda self, user: True)  # noqa: ARG005


def unit_too_wide(patch: Patch) -> None:
    patch.setattr(actor, "units_of", lambda place: frozenset({place, "K1103"}))


def users_of_all(patch: Patch) -> None:
    patch.setattr(management, "managed_users", lambda actor: User.objects.all())  # noqa: ARG005


def grants_of_all(patch: Patch) -> None:
    patch.setattr(users.management, "managed_grants", lambda actor: Grant.objects.all())  # noqa: ARG005


def tokens_of_all(patch: Patch) -> None:
    patch.setattr(tokens, "managed", lambda grants: Token.objects.all())  # noqa: ARG005


def log_of_all(patch: Patch) -> None:
    patch.setattr(events, "visible", lambda actor: Event.objects.select_related("user"))  # noqa: ARG005


def grant_of_another(patch: Patch) -> None:
    class Held:
        @staticmethod
        def filter(**_: Any) -> Any:
            return Grant.objects.all()

    patch.setattr(visit, "Grant", type("Grants", (), {"objects": Held}))


def handovers_to_others(patch: Patch) -> None:
    real = answering.Handover.objects

    class All:
        @staticmethod
        def filter(pk: int, **_: Any) -> Any:
            return real.filter(pk=pk)

    patch.setattr(answering, "Handover", type("Handovers", (), {"objects": All}))


def finding_unscoped(patch: Patch) -> None:
    patch.setattr(type(Finding.objects.all()), "seen_by", every)
    assert finding_screen


def unit_dropped_in_an_export(patch: Patch) -> None:
    rows = lambda actor, year, today: Participation.objects.all()  # noqa: ARG005, E731
    known = {**lists.LISTS, "participants": replace(lists.LISTS["participants"], rows=rows)}
    patch.setattr(exporting, "LISTS", known)


def grade_dropped_in_an_export(patch: Patch) -> None:
    patch.setattr(lists, "Q", lambda **values: Q() if 0 in values.values() else Q(**values))
    patch.setattr(lists, "checked", lambda rows: list(rows) and None)


def number_found_anywhere(patch: Patch) -> None:
    def with_number(actor: Actor, typed: str) -> Any:  # noqa: ARG001
        known = Identifier.objects.filter(index__in=searching.indices(typed)).first()
        return known.person if known else None

    patch.setattr(searching, "with_number", with_number)
    patch.setattr(intake, "with_number", with_number)


def decision_of_anybody(patch: Patch) -> None:
    """An appeal is lodged against whatever decision the field names: the page itself offers one's own only."""

    def work(self: Any) -> Any:
        wanted = str(self.cleaned_data["decision"])
        found = Decision.objects.filter(pk=int(wanted) if wanted.isdigit() else 0).first() or _none()
        return steps.appeal(found, lodged=self.cleaned_data["lodged"])

    patch.setattr(personal.Complain, "prepare", lambda self: self.fields.update(decision=forms.CharField()))
    patch.setattr(personal.Complain, "work", work)


def anybody_taken_in(patch: Patch) -> None:
    patch.setattr(intake, "known_to", lambda *_: True)


def anybody_taken_in_by_file(patch: Patch) -> None:
    patch.setattr(persons, "known_to", lambda *_: True)


def file_sees_all(patch: Patch) -> None:
    patch.setattr(Standing, "sees", lambda self, dossier: True)  # noqa: ARG005


def file_says_so(patch: Patch) -> None:
    def known(values: Any, context: Any) -> Any:
        dossier = context.standing.person(values["number"])
        if dossier is not None and not context.standing.sees(dossier):
            raise kinds.Stop("other_unit", "number", kinds.partly_hidden(values["number"]))
        return original(values, context)

    from overgang.collect.register.batches import plan

    original = kinds.known
    patch.setattr(plan, "KINDS", {**plan.KINDS, "measure": replace(plan.KINDS["measure"], person=known)})


def key_of_any_role(patch: Patch) -> None:
    patch.setattr(Actor, "may", lambda self, permission: True)  # noqa: ARG005


def ended_key_goes_on(patch: Patch) -> None:
    def actor_by(text: str, *, now: Any) -> Any:  # noqa: ARG001
        found = Token.objects.filter(hash=tokens._hash(text)).first()
        return found and found.grant.actor()

    patch.setattr(api.tokens, "actor_by", actor_by)


def batches_of_all(patch: Patch) -> None:
    class All:
        @staticmethod
        def seen_by(_: Actor) -> Any:
            return Batch.objects.all()

    patch.setattr(api, "Batch", type("Batches", (), {"objects": All}))


MUTANTS: dict[Callable[[Patch], None], Probe] = {
    persons_of_all: the_cells("register:person", "leader"),
    grade_6_forgotten: the_cells("register:person", "leader", "language_adviser"),
    numbers_of_all: the_body("register:search", "q"),
    findings_of_all: the_cells("register:finding", "adviser"),
    finding_unscoped: the_likeness("register:finding"),
    graded_in_the_search: probes.in_lists,
    manager_bypassed: the_cells("register:background", "adviser"),
    cases_of_other_units: the_path("register:facts"),
    rows_of_other_units: the_path("register:edit_measure"),
    policy_swapped: the_cells("register:unit", "analyst"),
    policy_public: the_cells("register:work_list", "governor", "ended"),
    policy_of_another: the_cells("register:export", "language_adviser"),
    policy_missing: the_cells("access:home", "leader"),
    method_widened: the_cells("imports:undo", "leader"),
    default_allow: the_cells("access:users", "adviser"),
    role_with_one_more: the_cells("access:events", "analyst"),
    role_over_goes_on: the_cells("register:work_list", "ended"),
    shut_out_goes_on: the_cells("register:work_list", "disabled"),
    unit_too_wide: the_cells("register:person", "adviser"),
    users_of_all: the_cells("access:user", "leader"),
    grants_of_all: the_cells("access:review_role", "leader", method="POST"),
    tokens_of_all: the_cells("access:end_token", "leader", method="POST"),
    log_of_all: the_cells("access:seen", "leader"),
    grant_of_another: the_body("access:role", "grant"),
    handovers_to_others: the_cells("register:answer", "adviser"),
    unit_dropped_in_an_export: probes.in_lists,
    grade_dropped_in_an_export: probes.in_lists,
    number_found_anywhere: the_body("register:search", "q"),
    decision_of_anybody: the_body("register:appeal"),
    anybody_taken_in: the_body("register:intake", "number"),
    anybody_taken_in_by_file: the_file("person"),
    file_sees_all: the_file("measure"),
    file_says_so: the_file("measure"),
    key_of_any_role: probes.by_key,
    ended_key_goes_on: probes.by_key,
    batches_of_all: probes.by_key,
}


def test_there_are_enough_of_them() -> None:
    assert len(MUTANTS) >= 25


@pytest.mark.parametrize("plant", MUTANTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_told(
    world: World, clients: dict[str, Any], monkeypatch: Patch, plant: Callable[[Patch], None]
) -> None:
    with monkeypatch.context() as patch:
        plant(patch)
        assert next(MUTANTS[plant](world, clients), None) is not None


def test_a_fault_in_one_field_of_a_form_is_told_by_the_body_alone(
    world: World, clients: dict[str, Any], monkeypatch: Patch
) -> None:
    name = "register:appeal"
    others = (
        the_cells(name, "leader", "shielded_officer", "analyst", method="POST"),
        the_likeness(name),
        *(the_path(name), the_query(name), lambda world, clients: probes.in_headers(world, clients, name)),
    )
    with monkeypatch.context() as patch:
        decision_of_anybody(patch)
        assert [next(probe(world, clients), None) for probe in others] == [None] * len(others)
        told = list(the_body(name)(world, clients))
    assert any("decision=id of other: writes about other" in one for one in told)
