"""Rounds, versions and what is done about a return; what was kept before, a row an answer, moves into them in 0003."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("returns", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("Answer", "an_item_is_answered_once"),
        migrations.RemoveConstraint("Answer", "answer_is_not_negative"),
        migrations.RemoveConstraint("Invited", "a_unit_is_asked_once"),
        migrations.RenameModel("Answer", "FormerAnswer"),
        migrations.RenameModel("Invited", "FormerInvited"),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                ("unit", models.CharField(max_length=8, primary_key=True, serialize=False)),
                ("address", models.EmailField(max_length=254)),
            ],
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("as_of", models.DateField()),
                ("opens", models.DateField()),
                ("closes", models.DateField()),
                ("closed", models.DateTimeField(blank=True, null=True)),
                ("released", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes__gte", models.F("opens"))), name="round_closes_after_it_opens"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Return",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("unit", models.CharField(max_length=8)),
                ("why", models.CharField(blank=True, max_length=200)),
                ("added", models.DateField()),
                ("state", models.CharField(default="invited", max_length=24)),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="returns", to="returns.round"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("nb", models.TextField()),
                ("nn", models.TextField()),
                ("en", models.TextField()),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="returns.round"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SurveyColumns",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("header", models.CharField(max_length=64)),
                ("columns", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("typed", models.JSONField(default=dict)),
                ("explained", models.JSONField(default=dict)),
                ("register", models.JSONField(default=dict)),
                ("saved", models.PositiveIntegerField(default=0)),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("sent", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, max_length=1000)),
                (
                    "approver",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="returns.return"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=24)),
                ("channel", models.CharField(blank=True, max_length=24)),
                ("note", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="returns.return"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="returns.version",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="return",
            name="current",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="returns.version",
            ),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=8)),
                ("raw", models.TextField(blank=True)),
                ("answer", models.CharField(max_length=10)),
                ("value", models.IntegerField(blank=True, null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="returns.version"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24)),
                ("wave", models.PositiveSmallIntegerField(default=1)),
                ("address", models.EmailField(max_length=254)),
                ("made", models.DateTimeField()),
                ("tried", models.PositiveSmallIntegerField(default=0)),
                ("sent", models.DateTimeField(blank=True, null=True)),
                ("failed", models.CharField(blank=True, max_length=300)),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="returns.return"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("of", "kind", "wave"), name="a_letter_goes_once")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("sent", models.DateTimeField(blank=True, null=True)),
                ("choices", models.JSONField(default=list)),
                ("released", models.TextField(blank=True)),
                ("withheld", models.CharField(blank=True, max_length=500)),
                ("decided", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="returns.question"
                    ),
                ),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="comments", to="returns.return"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("question", "of"), name="a_unit_comments_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(fields=("round", "number"), name="a_question_has_its_number"),
        ),
        migrations.AddConstraint(
            model_name="surveycolumns",
            constraint=models.UniqueConstraint(fields=("year", "header"), name="a_header_is_read_one_way"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("of", "number"), name="a_version_has_its_number"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("sent", None)), fields=("of",), name="a_return_has_one_draft"
            ),
        ),
        migrations.AddIndex(
            model_name="return",
            index=models.Index(fields=["unit", "round"], name="return_of_unit"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.UniqueConstraint(fields=("round", "unit"), name="a_unit_is_asked_once"),
        ),
        migrations.AddConstraint(
            model_name="return",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "invited",
                            "opened",
                            "draft",
                            "awaiting_approval",
                            "sent",
                            "flagged",
                            "contacted",
                            "accepted",
                            "accepted_with_remark",
                            "no_response",
                        ),
                    )
                ),
                name="return_has_a_known_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("version", "item"), name="an_item_is_answered_once"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("value", None), ("value__gte", 0), _connector="OR"), name="answer_is_not_negative"
            ),
        ),
    ]
