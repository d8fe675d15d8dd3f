"""What was kept before goes into the rounds: a version for each unit that answered."""

from datetime import UTC, date, datetime

from django.db import migrations

RAW = {"dont_know": "00", "zero": "0", "blank": ""}


def move(apps, schema_editor):  # noqa: ARG001
    model = {name: apps.get_model("returns", name) for name in ("Round", "Return", "Version", "Answer")}
    invited = apps.get_model("returns", "FormerInvited").objects
    answers = apps.get_model("returns", "FormerAnswer").objects
    asked = {*invited.values_list("year", "unit"), *answers.values_list("year", "unit").distinct()}
    for year in sorted({year for year, _ in asked}):
        last = date(year, 12, 31)
        model["Round"].objects.create(year=year, as_of=last, opens=date(year + 1, 1, 1), closes=date(year + 1, 2, 28))
    for year, unit in sorted(asked):
        of = model["Return"].objects.create(round_id=year, unit=unit, added=date(year + 1, 1, 1), state="no_response")
        found = list(answers.filter(year=year, unit=unit).order_by("pk"))
        if found:
            of.current = model["Version"].objects.create(of=of, sent=datetime(year + 1, 2, 28, tzinfo=UTC))
            of.state = "accepted"
            of.save()
            model["Answer"].objects.bulk_create(
                model["Answer"](
                    version=of.current,
                    item=one.item,
                    raw=RAW.get(one.answer, str(one.value)),
                    answer=one.answer,
                    value=one.value,
                )
                for one in found
            )


class Migration(migrations.Migration):
    dependencies = [("returns", "0002_rounds")]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
        migrations.DeleteModel("FormerAnswer"),
        migrations.DeleteModel("FormerInvited"),
    ]
