import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The id goes before the event takes its place: PostgreSQL has one primary key at a time."""

    dependencies = [
        ("access", "0004_fewer_indexes"),
        ("register", "0005_fewer_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="change",
            name="change_of_row",
        ),
        migrations.RemoveField(
            model_name="change",
            name="id",
        ),
        migrations.AlterField(
            model_name="change",
            name="event",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                primary_key=True,
                related_name="change",
                serialize=False,
                to="access.event",
            ),
        ),
    ]
