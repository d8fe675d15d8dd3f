"""What the register holds about a person: the entities of spec 5.1, with what the database itself guarantees.

A person has cases, each in one unit; a case has decisions, plans and, once it has begun, a participation; measures,
leave and absence belong to a participation. No address is stored. Codes are those of `base.codes`; limits of the law
are findings, never constraints. Every row that can be edited has a `version`, raised at each change.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from overgang.collect.register.scope import Cases, OfDecision, OfParticipation, OfPerson, OfUnit, Persons, Scoped

UNIT = 8
"""Longest place id, e.g. B030103."""
CODE = 40


def new_key() -> str:
    """What stands for a person in addresses and in the log: 16 random letters and digits that say nothing."""
    return secrets.token_hex(8)


class Record(models.Model):
    """A row of the register that can be edited."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Person(Record):
    """One person. `address_grade`: 0, or 7 and 6 (confidential, strictly confidential address)."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    name = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField()
    sex = models.CharField(max_length=1)
    origin = models.CharField(max_length=CODE)
    citizenship = models.CharField(max_length=CODE, blank=True)
    marital_status = models.CharField(max_length=CODE, blank=True)
    unaccompanied_minor = models.BooleanField(default=False)
    address_grade = models.PositiveSmallIntegerField(default=0)
    arrived = models.DateField(null=True, blank=True)
    died = models.DateField(null=True, blank=True)
    education = models.CharField(max_length=CODE, default="unknown")
    upper_secondary = models.BooleanField(null=True, blank=True)
    mother_tongue = models.CharField(max_length=CODE, blank=True)
    competence_mapped = models.DateField(null=True, blank=True)
    career_guided = models.DateField(null=True, blank=True)
    research_reserved = models.BooleanField(default=False)

    objects = Persons.as_manager()

    class Meta:
        indexes = (models.Index(fields=("name",), name="person_name"),)
        constraints = (
            models.UniqueConstraint(fields=("key",), name="key_is_one_persons"),
            models.CheckConstraint(condition=Q(address_grade__in=(0, 6, 7)), name="address_grade_is_0_6_or_7"),
            models.CheckConstraint(condition=Q(sex__in=("M", "F")), name="sex_is_m_or_f"),
            models.CheckConstraint(condition=Q(died=None) | Q(died__gte=F("birth_date")), name="death_after_birth"),
        )


class Identifier(models.Model):
    """A number a person is known by: `cipher` is the number encrypted, `index` its keyed hash for look-up;
    `valid`: its check digits are right."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=12)
    cipher = models.BinaryField()
    index = models.CharField(max_length=64)
    valid = models.BooleanField(default=True)

    objects = OfPerson.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("index",), name="number_is_one_persons"),)


class Permit(Record):
    """A residence permit: what it is based on, and from when to when it holds."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="permits")
    basis = models.CharField(max_length=CODE)
    decided = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = OfPerson.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("decided")), name="permit_ends_after_start"
            ),
        )


class Settlement(Record):
    """Residence in a municipality, by agreement or not. `moved_in`: to the present one, when it is another day."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="settlements")
    unit = models.CharField(max_length=UNIT, null=True, blank=True)
    day = models.DateField()
    agreed = models.BooleanField(default=True)
    moved_in = models.DateField(null=True, blank=True)

    objects = OfPerson.as_manager()


class Case(Record):
    """What began a programme in one unit: the offer or the claim. `unit` is empty for grade 6 only. `state`: see
    `states`."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="cases")
    unit = models.CharField(max_length=UNIT, null=True, blank=True)
    regime = models.CharField(max_length=CODE)
    category = models.CharField(max_length=CODE, default="right_and_duty")
    trigger = models.CharField(max_length=CODE, blank=True)
    asked = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=24, default="candidate")

    objects = Cases.as_manager()

    class Meta:
        indexes = (models.Index(fields=("unit", "person"), name="case_of_unit"),)


class Decision(Record):
    """A decision in a case (`kind`, see the code list `decision`), with the day it was made.

    `since`, `until`: from when to when it holds; `months`: the length a grant or an extension gives; `track`: the track
    of the regime; `override`: the legal basis for going beyond a limit.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=CODE)
    decided = models.DateField()
    reason = models.CharField(max_length=CODE, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    track = models.CharField(max_length=CODE, blank=True)
    override = models.CharField(max_length=200, blank=True)

    objects = Scoped.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")), name="decision_ends_after_start"
            ),
        )


class Plan(Record):
    """A version of the individual plan. `elements`: the mandatory elements it holds (spec 4.4)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="plans")
    day = models.DateField()
    end_goal = models.CharField(max_length=CODE, blank=True)
    norwegian_goal = models.CharField(max_length=CODE, blank=True)
    contract = models.DateField(null=True, blank=True)
    elements = models.JSONField(default=list, blank=True)

    objects = Scoped.as_manager()


class Participation(Record):
    """One continuous time in the programme, in one unit. One a case; a new start is a new case that points back
    (`previous`).

    At the exit: `end_reason`, `hours` a week of those who go to work, what they received (`social_assistance`,
    `national_insurance`, `other_support`: yes, no, unknown), the known activity after a move (`after_move`), when it
    was entered (`entered`) and by whom (`provenance`: municipality, system, automatic).
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="participation")
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="sequels")
    start = models.DateField()
    planned_end = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=CODE, null=True, blank=True)
    provenance = models.CharField(max_length=12, null=True, blank=True)
    confirmed = models.BooleanField(default=True)
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    after_move = models.CharField(max_length=CODE, blank=True)
    social_assistance = models.CharField(max_length=8, default="unknown")
    national_insurance = models.CharField(max_length=8, default="unknown")
    other_support = models.CharField(max_length=8, default="unknown")
    entered = models.DateField(null=True, blank=True)

    objects = Scoped.as_manager()

    class Meta:
        indexes = (models.Index(fields=("end",), condition=~Q(end=None), name="participation_ended"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gte=F("start")), name="participation_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(end_reason=None) | ~Q(end=None), name="end_reason_needs_end"),
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=0, hours__lte=60), name="hours_of_a_week"),
        )


class Measure(Record):
    """A measure (spell) in a participation: kind, what it is directed to (empty: what its kind is), provider, from, to,
    hours a week."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=CODE)
    directed_to = models.CharField(max_length=CODE, blank=True)
    provider = models.CharField(max_length=200, blank=True)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)

    objects = OfParticipation.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="measure_ends_after_start"),
            models.CheckConstraint(condition=Q(hours=None) | Q(hours__gte=0, hours__lte=60), name="measure_hours"),
        )


class Leave(Record):
    """Granted leave, with the day of the decision."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="leaves")
    kind = models.CharField(max_length=CODE)
    decided = models.DateField(null=True, blank=True)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    override = models.CharField(max_length=200, blank=True)

    objects = OfParticipation.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="leave_ends_after_start"),
        )


class Absence(Record):
    """Hours of absence in a period, authorised and not; `cause` where one must be given."""

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="absences")
    start = models.DateField()
    end = models.DateField()
    authorised = models.PositiveSmallIntegerField(default=0)
    unauthorised = models.PositiveSmallIntegerField(default=0)
    cause = models.CharField(max_length=CODE, blank=True)

    objects = OfParticipation.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(end__gte=F("start")), name="absence_ends_after_start"),)


class Certificate(Record):
    """The proof of participation, issued when a programme ends."""

    participation = models.OneToOneField(Participation, models.CASCADE, related_name="certificate")
    issued = models.DateField()

    objects = OfParticipation.as_manager()


class Appeal(Record):
    """An appeal against a decision, and what the county governor decided."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="appeals")
    lodged = models.DateField()
    outcome = models.CharField(max_length=CODE, blank=True)
    decided = models.DateField(null=True, blank=True)

    objects = OfDecision.as_manager()


class Handover(Record):
    """A person who moves is handed over to another unit, which accepts or refuses. `state`: offered, accepted, refused,
    withdrawn. Until then the other unit sees that somebody is offered, not who it is."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="handovers")
    to_unit = models.CharField(max_length=UNIT)
    offered = models.DateField()
    state = models.CharField(max_length=12, default="offered")
    answered = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=CODE, blank=True)
    new_case = models.OneToOneField(Case, models.SET_NULL, null=True, blank=True, related_name="taken_over")

    objects = Scoped.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case",), condition=Q(state="offered"), name="one_open_handover_a_case"),
        )


class FindingQuery(OfUnit):
    """Findings."""

    def open(self) -> "FindingQuery":
        return self.filter(state=Finding.OPEN)


class Finding(models.Model):
    """What a quality rule found in a case, or in a unit as a whole (see `rules`). `subject`: the row,
    "participation:17"; `values`: what the sentence names. `case` is the unit's own; what other units have is not told.

    States: open, explained (with a typed explanation), accepted (by a leader), corrected (the rule finds it no more).
    """

    OPEN, EXPLAINED, ACCEPTED, CORRECTED = ["open", "explained", "accepted", "corrected"]

    unit = models.CharField(max_length=UNIT, null=True, blank=True)
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="findings", db_index=False)
    rule = models.CharField(max_length=4)
    severity = models.CharField(max_length=1)
    subject = models.CharField(max_length=40, blank=True)
    values = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default=OPEN)
    found = models.DateField()
    due = models.DateField()
    closed = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    explanation = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = FindingQuery.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("unit", "state", "due"), name="finding_of_unit"),
            models.Index(fields=("case", "state"), name="finding_of_case"),
        )
        constraints = (models.UniqueConstraint(fields=("case", "rule", "subject"), name="a_finding_is_there_once"),)


class Batch(models.Model):
    """One import: a file, who sent it, how far it has come, and what it did. `key` makes it idempotent.

    States: waiting, reading, checked (a dry run that waits for a yes), writing, undoing, done, refused, undone, failed.
    `wish` is what the worker is to do: check, write all rows or none ("all"), write those accepted ("rest"), undo.
    `print`: of the plan that was shown; what is written must have the same.
    `report`: what was understood of the file, and the sentences about it as a whole.
    """

    key = models.CharField(max_length=64)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    unit = models.CharField(max_length=UNIT)
    kind = models.CharField(max_length=CODE)
    file = models.CharField(max_length=200)
    state = models.CharField(max_length=12, default="waiting")
    wish = models.CharField(max_length=8, default="check")
    unattended = models.BooleanField(default=False)
    print = models.CharField(max_length=64, blank=True)
    created = models.DateTimeField()
    moved = models.DateTimeField()
    done = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=40, blank=True)
    report = models.JSONField(default=dict)

    objects = OfUnit.as_manager()

    class Meta:
        indexes = (models.Index(fields=("state", "id"), name="batch_in_state"),)
        constraints = (models.UniqueConstraint(fields=("unit", "kind", "key"), name="a_batch_is_there_once"),)


class BatchRow(models.Model):
    """What becomes, or became, of one row of a batch's file. `person`: the key of one who was there before; `told`:
    field, before, after; `faults`: rule, field and sentence by language; `findings`: rule, severity and values."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="lines")
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8)
    number = models.CharField(max_length=16, blank=True)
    person = models.CharField(max_length=16, blank=True)
    told = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    findings = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=("batch", "outcome", "line"), name="row_of_batch"),)


class Change(models.Model):
    """What one event changed, field by field: {field: [before, after]}. Erased with the person; the event stays.

    A batch is undone, and a person's history told, from these. The event is the key; the database does not look it up
    once more: both are written together, and nothing takes an event away.
    """

    event = models.OneToOneField(
        "access.Event", models.PROTECT, primary_key=True, related_name="change", db_constraint=False
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="changes")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="changes", db_index=False)
    model = models.CharField(max_length=20)
    row = models.BigIntegerField()
    fields = models.JSONField()
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, related_name="changes", db_index=False)

    class Meta:
        indexes = (
            models.Index(fields=("case",), condition=~Q(case=None), name="change_of_case"),
            models.Index(fields=("batch",), condition=~Q(batch=None), name="change_of_batch"),
        )


class Load(models.Model):
    """How this register began: many rows put into the empty database at once (see `load`).

    `content` names what was put in, `rows` counts it by table. `synthetic`: every person was invented, and `note` says
    so wherever the figures are shown. A register that began otherwise has no such row: it is real.
    """

    content = models.CharField(max_length=64)
    at = models.DateTimeField()
    synthetic = models.BooleanField()
    note = models.TextField(blank=True)
    rows = models.JSONField()
