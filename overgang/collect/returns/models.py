"""What the annual returns hold: the units that were asked in a year, and the answers of those that answered."""

from django.db import models
from django.db.models import Q


class Invited(models.Model):
    """A unit that was asked to answer for a year, by its code of that year."""

    year = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("year", "unit"), name="a_unit_is_asked_once"),)


class Answer(models.Model):
    """One item of one unit's return. `answer`: value, zero, dont_know (00 on paper) or blank; `value` where it is a
    number."""

    year = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8)
    item = models.CharField(max_length=8)
    value = models.IntegerField(null=True, blank=True)
    answer = models.CharField(max_length=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("year", "unit", "item"), name="an_item_is_answered_once"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="answer_is_not_negative"),
        )
