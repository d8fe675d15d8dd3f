"""With whom a unit was spoken."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("returns", "0003_move")]

    operations = [
        migrations.AddField(
            "step", "whom", models.CharField(blank=True, max_length=80, default=""), preserve_default=False
        )
    ]
