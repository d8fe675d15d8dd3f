"""The pages of imports and the interface for other systems, through the whole site."""

import json
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from overgang.access import tokens
from overgang.access.models import Event, Token
from overgang.access.ring import ring
from overgang.base.text import LANGUAGES
from overgang.collect import files
from overgang.collect.cells.limits import UPLOAD
from overgang.collect.files import Identifier
from overgang.collect.register.batches import api, worker
from overgang.collect.register.batches.standing import indices_of
from overgang.collect.register.models import Batch, Participation, Person
from tests.collect.register.sending import EXIT, PARTICIPATION, PERSON, csv, leave_programme, number, person, start
from tests.internal import OTHER, OWN

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Batches are worked on in this process, as soon as somebody asks for it; the files of a test lie apart."""
    settings.HOME = tmp_path
    monkeypatch.setattr(worker, "wake", worker.work)


@pytest.fixture
def adviser(make_user, enter):
    return enter(make_user("adviser", OWN))


def upload(client: Any, kind: str, content: bytes, name: str = "rader.csv") -> Any:
    file = BytesIO(content)
    file.name = name
    return client.post("/filer/", {"kind": kind, "file": file}, follow=True)


def test_an_adviser_sends_a_file_sees_it_says_yes_and_takes_it_back(adviser: Any) -> None:
    page = upload(adviser, "person", csv(PERSON, person(1), person(2, "Rask Elv")))
    assert "Ingenting er skrevet" in page.content.decode()
    assert "Rask Elv" in page.content.decode()
    batch = Batch.objects.get()
    page = adviser.post(f"/filer/{batch.pk}/ja", {"choice": "all"}, follow=True)
    assert Person.objects.count() == 2
    page = adviser.post(f"/filer/{batch.pk}/angre", follow=True)
    assert "tatt tilbake" in page.content.decode()
    assert not Person.objects.exists()
    assert "rader.csv" in adviser.get("/filer/").content.decode()


def test_rejected_rows_come_back_with_their_reason_and_can_be_sent_again(adviser: Any, tmp_path: Any) -> None:
    upload(adviser, "person", csv(PERSON, person(1)))
    adviser.post(f"/filer/{Batch.objects.get().pk}/ja", {"choice": "all"})
    upload(adviser, "participation", csv(PARTICIPATION, start(1, "01.02.2024"), start(9, "01.02.2024")))
    batch = Batch.objects.get(kind="participation")
    adviser.post(f"/filer/{batch.pk}/ja", {"choice": "rest"})
    assert Participation.objects.count() == 1
    for format in ("csv", "xlsx"):
        answer = adviser.get(f"/filer/{batch.pk}/avviste.{format}")
        path = tmp_path / f"again.{format}"
        path.write_bytes(answer.content)
        sheet = files.read(path, files.template("participation"), today=timezone.localdate())
        assert [row.values["number"].number for row in sheet.rows] == [number(9)]
    assert "ikke registrert i enheten" in answer.content.decode("latin-1") or format == "xlsx"
    assert Event.objects.filter(action="exported", object=f"batch:{batch.pk}").exists()


def test_looking_at_rows_of_known_persons_is_logged(adviser: Any) -> None:
    upload(adviser, "person", csv(PERSON, person(1)))
    adviser.post(f"/filer/{Batch.objects.get().pk}/ja", {"choice": "all"})
    key = Person.objects.get().key
    assert not Event.objects.filter(action="saw", person=key).exists()
    upload(adviser, "person", csv(PERSON, person(1, "Nytt Navn")))
    assert Event.objects.filter(action="saw", person=key).count() == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_page_in_every_language(make_user, enter, lang: str) -> None:
    client = enter(make_user("leader", OWN, language=lang))
    upload(client, "person", csv(PERSON, person(1), person(2).replace(";F;", ";X;")))
    pk = Batch.objects.get().pk
    for address in ("/filer/", f"/filer/{pk}/", f"/filer/{pk}/?vis=refused", "/filer/mal/person/", "/nokler/"):
        assert client.get(address).status_code == 200
    for kind in files.templates():
        assert client.get(f"/filer/mal/{kind}/").status_code == 200
        assert client.get(f"/filer/mal/{kind}.xlsx").status_code == 200


def test_what_file_and_register_disagree_on_leads_to_the_person_and_is_logged(adviser: Any) -> None:
    rows = csv(PARTICIPATION, start(1, "01.02.2022"), start(2, "01.02.2022"))
    exits = csv(EXIT, *(leave_programme(n, "01.02.2022", "30.06.2023") for n in (1, 2)))
    for kind, content in (("person", csv(PERSON, person(1), person(2))), ("participation", rows), ("exit", exits)):
        upload(adviser, kind, content)
        adviser.post(f"/filer/{Batch.objects.get(kind=kind).pk}/ja", {"choice": "all"})
    page = upload(adviser, "exit", csv(EXIT, leave_programme(1, "01.02.2022", "30.06.2023"))).content.decode()
    known = indices_of(Identifier("fnr", number(2)), ring())
    lacking = Participation.objects.get(case__person__identifiers__index__in=known).case
    assert "Deltakelsen fra 1. februar 2022 finnes i registeret, men ikke i fagsystemet." in page
    assert f'href="/personer/{lacking.person.key}/"' in page
    assert Event.objects.filter(action="saw", person=lacking.person.key, object__startswith="batch:").exists()


def test_a_file_that_is_none_is_answered(adviser: Any) -> None:
    page = upload(adviser, "person", b"%PDF-1.7 ...", "p.pdf")
    assert "PDF" in page.content.decode()
    assert Batch.objects.get().state == "refused"
    page = upload(adviser, "person", b"x" * (UPLOAD + 1))
    assert (page.status_code, "25 MB" in page.content.decode()) == (400, True)
    assert adviser.post("/filer/", {"kind": "person"}).status_code == 400


def test_a_page_that_waits_refreshes_itself(adviser: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "wake", lambda: None)
    page = upload(adviser, "person", csv(PERSON, person(1)))
    assert 'http-equiv="refresh"' in page.content.decode()


# The interface


@pytest.fixture
def key(make_user) -> str:
    grant = make_user("adviser", OWN).grants.get()
    cache.clear()
    return tokens.make(grant.actor(), grant, "Fagsystem", date.today() + timedelta(30), now=timezone.now())[1]  # noqa: DTZ011


def call(client: Any, key: str, kind: str, content: bytes, query: str = "", **headers: str) -> Any:
    return client.post(
        f"/api/import/{kind}{query}",
        content,
        content_type="text/csv",
        headers={"authorization": f"Bearer {key}", **headers},
    )


def look(client: Any, key: str, batch: int, **headers: str) -> Any:
    return client.get(f"/api/import/{batch}/", headers={"authorization": f"Bearer {key}", **headers})


def test_a_system_sends_files_and_asks(client: Any, key: str) -> None:
    sent = call(client, key, "person", csv(PERSON, person(1)))
    assert (sent.status_code, sent.json()["rows"]) == (202, 0)
    found = look(client, key, sent.json()["batch"]).json()
    assert (found["state"], found["counts"]["new"]) == ("done", 1)
    again = call(client, key, "person", csv(PERSON, person(1)))
    assert (again.status_code, again.json()["batch"]) == (200, found["batch"])
    call(client, key, "participation", csv(PARTICIPATION, start(1, "01.02.2024")))
    call(client, key, "exit", csv(EXIT, leave_programme(1, "01.02.2024", "01.05.2024")))
    assert Participation.objects.get().confirmed is False


def test_a_dry_run_writes_nothing_and_faults_are_told_in_the_language_asked_for(client: Any, key: str) -> None:
    content = csv(PARTICIPATION, start(1, "01.02.2024"))
    sent = call(client, key, "participation", content, "?dry_run=1").json()
    said = {lang: look(client, key, sent["batch"], **{"accept-language": lang}).json() for lang in LANGUAGES}
    assert {one["state"] for one in said.values()} == {"checked"}
    assert {one["faults"][0]["rule"] for one in said.values()} == {"unknown_person"}
    assert (said["nb"]["faults"][0]["row"], said["nb"]["faults"][0]["field"]) == (2, "number")
    assert len({one["faults"][0]["sentence"] for one in said.values()}) == 3
    assert not Participation.objects.exists()


def test_multipart_as_well(client: Any, key: str) -> None:
    file = BytesIO(csv(PERSON, person(1)))
    file.name = "p.csv"
    sent = client.post("/api/import/person", {"file": file}, headers={"authorization": f"Bearer {key}"})
    assert (sent.status_code, Person.objects.count()) == (202, 1)


def test_who_has_no_key_is_refused(client: Any, key: str, make_user, enter) -> None:
    content = csv(PERSON, person(1))
    assert call(client, "", "person", content).status_code == 401
    assert call(client, key + "x", "person", content).status_code == 401
    assert enter(make_user("leader", OWN)).post("/api/import/person", content, "text/csv").status_code == 401
    Token.objects.update(expires=timezone.localdate() - timedelta(1))
    assert call(client, key, "person", content).status_code == 401
    Token.objects.update(expires=timezone.localdate(), ended=timezone.now())
    assert call(client, key, "person", content).status_code == 401
    Token.objects.update(ended=None)
    assert call(client, key, "person", content).status_code == 202
    Token.objects.get().grant.user.grants.update(until=timezone.localdate() - timedelta(1))
    assert call(client, key, "person", content).status_code == 401


def test_a_batch_of_another_unit_is_not_there(client: Any, key: str, make_user, enter) -> None:
    upload(enter(make_user("adviser", OTHER)), "person", csv(PERSON, person(1)))
    found = look(client, key, Batch.objects.get().pk)
    missing = look(client, key, 987654)
    assert (found.status_code, found.content) == (missing.status_code, missing.content) == (404, missing.content)


def test_requests_are_counted(client: Any, key: str) -> None:
    answers = [look(client, key, 1).status_code for _ in range(tokens.PER_MINUTE + 2)]
    assert answers[:5] == [404] * 5
    assert 429 in answers or timezone.now().second < 5
    guesses = [look(client, f"guess{n}", 1).status_code for n in range(tokens.GUESSES + 2)]
    assert 429 in guesses or timezone.now().second < 5


def test_only_the_hash_of_a_key_is_kept(key: str) -> None:
    assert key not in str(list(Token.objects.values()))


def test_a_leader_makes_and_ends_keys(make_user, enter) -> None:
    leader, grant = make_user("leader", OWN), make_user("adviser", OWN).grants.get()
    foreign = make_user("adviser", OTHER).grants.get()
    client, day = enter(leader), f"{timezone.localdate() + timedelta(30):%d.%m.%Y}"
    page = client.post("/nokler/", {"grant": grant.pk, "name": "Fagsystem", "expires": day})
    assert tokens.BEGINNING in page.content.decode()
    assert tokens.BEGINNING not in client.get("/nokler/").content.decode()
    assert client.post("/nokler/", {"grant": foreign.pk, "name": "x", "expires": day}).status_code == 400
    client.post(f"/nokler/{Token.objects.get().pk}/slutt")
    assert Token.objects.get().ended is not None


def test_the_description_fits_what_is_answered(client: Any, key: str) -> None:
    described = json.loads(api.described())
    assert client.get("/api/openapi.json").json() == described
    assert described["paths"]["/api/import/{kind}"]["post"]["parameters"][0]["schema"]["enum"] == list(
        files.templates()
    )
    schemas = described["components"]["schemas"]
    good = call(client, key, "person", csv(PERSON, person(1), person(2).replace(";F;", ";X;")), "?accept=rest")
    batch = look(client, key, good.json()["batch"])
    answers = {
        "send": [
            good,
            call(client, key, "person", b""),
            call(client, key, "nothing", b"x"),
            call(client, "", "person", b"x"),
        ],
        "see": [batch, look(client, key, 0), look(client, "", 1)],
    }
    for path in described["paths"].values():
        for operation in path.values():
            for answer in answers[operation["operationId"]]:
                stated = operation["responses"][str(answer.status_code)]
                name = stated["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
                check(answer.json(), schemas[name], schemas)


TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def check(value: Any, schema: Any, schemas: Any) -> None:
    """As much of JSON Schema as the description uses."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    assert isinstance(value, tuple(TYPES[kind] for kind in kinds)), (value, schema)
    assert value in schema.get("enum", [value])
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema["required"]) <= set(value) <= set(schema["properties"])
        for name, one in value.items():
            check(one, schema["properties"][name], schemas)
    if isinstance(value, list):
        for one in value:
            check(one, schema["items"], schemas)
