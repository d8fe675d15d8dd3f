"""Users, the roles they hold, and the log of what they saw and changed, sealed into a chain."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from overgang.access.actor import Actor, acting

LANGUAGES = (("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English"))


class User(AbstractUser):
    """Somebody who signs in. What one may do stands in the grants, never here."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="nb")
    subject = models.CharField(max_length=64, unique=True, null=True, blank=True)
    """Whom a provider of sign-in means: keyed hash of the claim, never the claim itself."""
    epoch = models.PositiveIntegerField(default=0)
    """Raised, it ends every session of the user."""

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "overgang.access.User", f"{self.password}:{self.epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def __str__(self) -> str:
        return self.name or self.username


class GrantQuery(models.QuerySet["Grant"]):
    def valid_on(self, day: date) -> "GrantQuery":
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Grant(models.Model):
    """A role held by a user at a place, from a day to a day (both included)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    place = models.CharField(max_length=8, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reviewed = models.DateField(null=True, blank=True)

    objects = GrantQuery.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "role", "place", "since"), name="a_role_is_held_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="grant_ends_after_start"),
        )

    def actor(self, user: "User | None" = None) -> Actor:
        """Its holder acting under it; `user` where it is known already."""
        return acting(self.user_id, str(user or self.user), self.role, self.place)

    def label(self, lang: str) -> str:
        """ "Programrådgiver, Trondheim"."""
        return self.actor(User(pk=self.user_id)).label(lang)


class Token(models.Model):
    """A key by which another system acts under a grant. Only its hash is kept: see `tokens`."""

    hash = models.CharField(max_length=64, unique=True)
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    created = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    expires = models.DateField()
    last_used = models.DateTimeField(null=True, blank=True)
    ended = models.DateTimeField(null=True, blank=True)


class Seal(models.Model):
    """A link of the chain: `head` is the hash of the head before and of all events under this seal, in their order."""

    at = models.DateTimeField()
    events = models.PositiveIntegerField()
    head = models.CharField(max_length=64)


class Event(models.Model):
    """One thing somebody saw or changed. Only ever added; `seal` is set once.

    It holds a pseudonym of the person (`person`, the key of the record) and no value, so that a person can be erased
    and the chain still holds. `content` is the hash of what was changed.
    """

    SAW, CREATED, CHANGED, DELETED, SEARCHED, EXPORTED, DENIED, SIGNED_IN = [
        "saw",
        "created",
        "changed",
        "deleted",
        "searched",
        "exported",
        "denied",
        "signed_in",
    ]

    at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    role = models.CharField(max_length=40)
    place = models.CharField(max_length=8, blank=True)
    action = models.CharField(max_length=12)
    person = models.CharField(max_length=24, blank=True)
    object = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    content = models.CharField(max_length=64, blank=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, related_name="sealed", db_index=False)

    class Meta:
        indexes = (
            models.Index(fields=("person", "at"), name="event_of_person"),
            models.Index(fields=("user", "at"), name="event_of_user"),
            models.Index(fields=("id",), condition=Q(seal=None), name="event_unsealed"),
            models.Index(fields=("seal",), condition=~Q(seal=None), name="event_sealed"),
        )
