"""What the annual returns hold: the rounds, the units asked, each version of their answers, and what was done about it.

Nothing here is about a person. All of it is written by `keeping`, which also says it in the log.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from overgang.access.actor import Actor
from overgang.collect.returns.states import INVITED, STATES

UNIT, CODE = 8, 24
User = settings.AUTH_USER_MODEL


class Returns(models.QuerySet[Any]):
    """Returns."""

    def seen_by(self, actor: Actor) -> Self:
        """Those of the units the actor answers for, or all for whoever follows up."""
        if actor.may("follow_up"):
            return self
        return self.filter(unit__in=sorted(actor.units)) if actor.may("answer") else self.none()


class Round(models.Model):
    """The collection of one year's returns. `as_of`: the day the register's counts are taken at; `closes`: the last day
    a unit can send; `released`: when the results were published and the round of comments may begin; `left_out`: units
    that were taken out of the frame, each with the reason."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    as_of = models.DateField()
    opens = models.DateField()
    closes = models.DateField()
    closed = models.DateTimeField(null=True, blank=True)
    released = models.DateTimeField(null=True, blank=True)
    left_out = models.JSONField(default=dict)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="round_closes_after_it_opens"),)


class Return(models.Model):
    """A unit that was asked in a round, and where its return stands. `why`: what put it in the frame; `added`: the day
    it came into it; `until`: to when it may send after the round has closed, by a decision; `current`: the version that
    counts."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="returns")
    unit = models.CharField(max_length=UNIT)
    why = models.CharField(max_length=200, blank=True)
    added = models.DateField()
    state = models.CharField(max_length=CODE, default=INVITED)
    until = models.DateField(null=True, blank=True)
    current = models.ForeignKey("Version", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = Returns.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("round", "unit"), name="a_unit_is_asked_once"),
            models.CheckConstraint(condition=Q(state__in=tuple(STATES)), name="return_has_a_known_state"),
        )
        indexes = (models.Index(fields=("unit", "round"), name="return_of_unit"),)


class Version(models.Model):
    """One version of a return: a draft until `sent`, then never changed.

    `typed`: by item, what was typed so far, as it was typed; once sent it is in `answers`. `explained`: by `place` of a
    failed soft check, the explanation typed beside it. `register`: what was known beside it when it was sent, as
    [least, most] by item, "item@last" for last year's and "starters".
    `saved` counts the savings of a draft, so that an older page cannot overwrite a newer one. `reason`: why it differs
    from the version before; empty for a unit's own first.
    """

    of = models.ForeignKey(Return, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    typed = models.JSONField(default=dict)
    explained = models.JSONField(default=dict)
    register = models.JSONField(default=dict)
    saved = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    sent = models.DateTimeField(null=True, blank=True)
    approver = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("of", "number"), name="a_version_has_its_number"),
            models.UniqueConstraint(fields=("of",), condition=Q(sent=None), name="a_return_has_one_draft"),
        )


class Answer(models.Model):
    """One item of a version that was sent. `answer`: value, zero, dont_know (00 on paper) or blank; `value` where it is
    a number; `raw` as it was typed."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="answers")
    item = models.CharField(max_length=8)
    raw = models.TextField(blank=True)
    answer = models.CharField(max_length=10)
    value = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "item"), name="an_item_is_answered_once"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="answer_is_not_negative"),
        )


class Step(models.Model):
    """One thing that happened to a return, in its history: a state it came into, a contact, a remark. `channel`: by
    what a unit was contacted; `whom`: the role or office that was spoken with, never a person's name."""

    of = models.ForeignKey(Return, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    what = models.CharField(max_length=CODE)
    version = models.ForeignKey(Version, models.SET_NULL, null=True, blank=True, related_name="+")
    channel = models.CharField(max_length=CODE, blank=True)
    whom = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)


class Mailbox(models.Model):
    """Where a unit gets its letters, an office's address, never a person's own; and in which language."""

    unit = models.CharField(max_length=UNIT, primary_key=True)
    address = models.EmailField()
    language = models.CharField(max_length=2, default="nb")


class Letters(models.QuerySet[Any]):
    """Letters."""

    def waiting(self) -> Self:
        """Those that are still to be sent."""
        return self.filter(begun=None, sent=None, failed="")

    def unsure(self) -> Self:
        """Those that were handed over and never answered for: the sender, or the server, stopped in the middle."""
        return self.filter(sent=None, failed="").exclude(begun=None)


class Letter(models.Model):
    """A mail to a unit about its return, as it is sent. `wave` tells one reminder from the next.

    It waits until it is `begun`, just before its text is handed to the server, and is then `sent`, or has `failed` with
    the server's last answer. A server that asks us to come again leaves its answer in `delayed`, and when in `due`.
    """

    of = models.ForeignKey(Return, models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=CODE)
    wave = models.PositiveSmallIntegerField(default=1)
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    language = models.CharField(max_length=2, default="nb")
    made = models.DateTimeField()
    due = models.DateTimeField()
    tried = models.PositiveSmallIntegerField(default=0)
    delayed = models.CharField(max_length=300, blank=True)
    begun = models.DateTimeField(null=True, blank=True)
    sent = models.DateTimeField(null=True, blank=True)
    failed = models.CharField(max_length=300, blank=True)

    objects = Letters.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("of", "kind", "wave"), name="a_letter_goes_once"),)


class CommentRound(models.Model):
    """The comments of a round. Its questions are written until it is `opened`; units write to the day it `closes`; when
    it is `closed` all are in and have their numbers; once `published` nothing of it changes. `saved` counts the savings
    of the questions."""

    round = models.OneToOneField(Round, models.CASCADE, primary_key=True, related_name="comments")
    saved = models.PositiveIntegerField(default=0)
    opened = models.DateTimeField(null=True, blank=True)
    closes = models.DateField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)
    published = models.DateTimeField(null=True, blank=True)


class Question(models.Model):
    """A question of a round's comments, in each language."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    nb = models.TextField()
    nn = models.TextField()
    en = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "number"), name="a_question_has_its_number"),)


class Commenter(models.Model):
    """A unit that is asked for comments. `saved` counts the savings of its texts; `number`: what it is published under,
    made when the round of comments is closed."""

    of = models.OneToOneField(Return, models.CASCADE, related_name="commenter")
    saved = models.PositiveIntegerField(default=0)
    sent = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    number = models.PositiveSmallIntegerField(null=True, blank=True)


class Comment(models.Model):
    """What a unit answers to a question: `text` as it was written, `rewritten` what an analyst made of it, `released`
    what may be published, `choices` what a person decided about each trace, `withheld` why it is not published."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="comments")
    of = models.ForeignKey(Return, models.CASCADE, related_name="comments")
    text = models.TextField(blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    at = models.DateTimeField()
    rewritten = models.TextField(blank=True)
    choices = models.JSONField(default=list)
    released = models.TextField(blank=True)
    withheld = models.CharField(max_length=500, blank=True)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("question", "of"), name="a_unit_comments_once"),)


class SurveyFile(models.Model):
    """A survey tool's export that was sent for a round. `key`: the same file again is the same row; `grid`: its cells
    as they were read, by line; `broken`: the lines that cannot be trusted; `columns`: which column is what, as somebody
    chose it. Once `taken` in, `report` says what became of each row."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="survey_files")
    key = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    at = models.DateTimeField()
    grid = models.JSONField()
    broken = models.JSONField(default=list)
    columns = models.JSONField(null=True)
    taken = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    report = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "key"), name="a_survey_file_is_sent_once"),)


class SurveyColumns(models.Model):
    """Which column of a survey tool's export is what, as somebody chose it: remembered by the headers of the file."""

    year = models.PositiveSmallIntegerField()
    header = models.CharField(max_length=64)
    columns = models.JSONField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_constraint=False)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("year", "header"), name="a_header_is_read_one_way"),)
