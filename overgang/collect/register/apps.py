"""The Django app."""

from pathlib import Path
from typing import Any

from django.apps import AppConfig


class Register(AppConfig):
    name = "overgang.collect.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
    navigation = (
        "register:work_list",
        "register:search",
        "register:intake",
        "imports:batches",
        "register:unit",
        "register:deadlines",
        "register:supervision",
    )
    fronts = ("register:work_list", "register:supervision")
    sheet_folder = Path(__file__).parent / "static"

    def sealed(self) -> Any:
        """What is encrypted, and what is found by a hash: see `access.rotation`."""
        from overgang.collect.register.sealing import stores

        return stores()

    def person_key(self, actor: Any, number: str) -> str:
        """The key of the person with a number, for the log: where the actor sees the person, or reads the whole log.
        Empty when there is none."""
        from overgang.collect.register.models import Identifier, Person
        from overgang.collect.register.numbers import indices

        persons = Person.objects.all() if not actor.place else Person.objects.seen_by(actor)
        numbers = Identifier.objects.filter(index__in=indices(number), person__in=persons)
        return numbers.values_list("person__key", flat=True).first() or ""
