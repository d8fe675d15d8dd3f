from django.db import migrations, models


class Migration(migrations.Migration):
    """Those who are in the programme now are found by their unit. On PostgreSQL an index that held them too led through
    the whole country's."""

    dependencies = [
        ("register", "0006_change_of_event"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="participation",
            name="participation_end",
        ),
        migrations.AddIndex(
            model_name="participation",
            index=models.Index(
                condition=models.Q(("end", None), _negated=True), fields=["end"], name="participation_ended"
            ),
        ),
    ]
