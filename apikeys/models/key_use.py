"""Who uses a key, for what, and how often."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum

from apikeys.models.api_key import APIKey
from apikeys.models.audit_event import USER_AGENT_MAX_LENGTH

Sums = QuerySet["KeyUse", dict[str, Any]]


class Outcome(models.TextChoices):
    """How requests with a key end, as far as its owners have to know.

    Answered is, too, what asked wrongly or for what isn't there: the key was let in.
    """

    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused: the key is revoked or expired"
    SCOPE_DENIED = "scope_denied", "Refused: the key doesn’t have the scope"
    ADDRESS_DENIED = "address_denied", "Refused: the address isn’t allowed"


class KeyUseQuerySet(models.QuerySet["KeyUse"]):
    """Questions about the use of keys."""

    def since(self, day: date) -> Self:
        """Narrow to what happened from a day on."""
        return self.filter(day__gte=day)

    def last_answered(self) -> "KeyUse | None":
        """Return the last use that had an answer, however long ago."""
        return self.filter(outcome=Outcome.ANSWERED).order_by("-last_at").first()

    def total(self) -> dict[str, Any]:
        """Return ``requests``, 0 without any, ``first_at`` and ``last_at``."""
        return self.aggregate(
            requests=Sum("requests", default=0),
            first_at=Min("first_at"),
            last_at=Max("last_at"),
        )

    def by_day(self) -> Sums:
        """Sum up each day that has any."""
        return self.sums("day").order_by("day")

    def by_scope(self) -> Sums:
        """Sum up each scope that has any."""
        return self.sums("scope").order_by("scope")

    def by_caller(self) -> Sums:
        """Sum up each address and client; who called last comes first."""
        return self.sums("ip_address", "client").order_by(F("last").desc())

    def sums(self, *columns: str) -> Sums:
        """Return ``answered``, ``refused`` and the ``last`` instant as columns.

        One row for those that agree in ``columns``.
        """
        answered = Q(outcome=Outcome.ANSWERED)
        sums: Sums = self.values(*columns).annotate(
            answered=Sum("requests", filter=answered, default=0),
            refused=Sum("requests", filter=~answered, default=0),
            last=Max("last_at"),
        )
        return sums


class KeyUse(models.Model):
    """How often one caller used a key for one scope on one day, with one outcome.

    Everything that is told of a key's use is a sum over these rows, or their
    latest. The day is the organisation's own. Only ``apikeys.usage`` writes
    them, in batches.
    """

    api_key = models.ForeignKey(APIKey, on_delete=models.PROTECT, related_name="uses")
    day = models.DateField()
    # Empty where the address needs no scope.
    scope = models.CharField(max_length=30, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome)
    # Text, for the empty one of an unknown address has to be unique as well.
    ip_address = models.CharField("IP address", max_length=45, blank=True)
    # What the client calls itself.
    client = models.CharField(max_length=USER_AGENT_MAX_LENGTH, blank=True)
    requests = models.PositiveBigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects = KeyUseQuerySet.as_manager()

    class Meta:
        verbose_name = "key use"
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["api_key", "day", "scope", "outcome", "ip_address", "client"],
                name="apikeys_one_row_a_use",
            ),
            models.CheckConstraint(
                name="apikeys_use_has_requests", condition=models.Q(requests__gt=0)
            ),
        ]
        indexes = [
            models.Index(
                fields=["api_key", "outcome", "-last_at"], name="apikeys_last_used"
            )
        ]

    def __str__(self) -> str:
        return f"{self.requests} × {self.outcome} on {self.day}"


def last_used_at() -> Subquery:
    """Return when a key last had an answer, as a column of the key's own query."""
    answered = KeyUse.objects.filter(api_key=OuterRef("pk"), outcome=Outcome.ANSWERED)
    return Subquery(answered.order_by("-last_at").values("last_at")[:1])
