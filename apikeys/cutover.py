"""While a key is being replaced: is it safe to revoke the old one?

Judged by use alone. The old key may go when the new one has been used since,
and when the old one has been quiet for a day and for longer than it ever was
between two days of use before: what calls once a week needs more than a week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from itertools import pairwise
from typing import ClassVar

from django.db.models import Max, Min, Q, Sum
from django.utils import timezone

from apikeys.models import APIKey, KeyUse, Outcome, Status
from hrtoolkit.when import ago

SHORTEST_QUIET = timedelta(days=1)
DAYS_LOOKED_BACK = 90
CALLERS_SHOWN = 3


class Verdict(StrEnum):
    """What use says about revoking the old key."""

    NEW_UNUSED = auto()
    STILL_USED = auto()
    MAY_COME_BACK = auto()
    SAFE = auto()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who used the old key on its last day of use, and how often."""

    ip_address: str
    client: str
    requests: int


@dataclass(frozen=True, slots=True)
class CutOver:
    """A rotation under way, as the use of both keys tells it at one moment."""

    old: APIKey
    new: APIKey
    now: datetime
    old_used_at: datetime | None = None
    new_used_at: datetime | None = None
    longest_rest: timedelta = timedelta()
    """The longest time between two days of use of the old key."""
    last_day: date | None = None
    """The last day on which the old key was used, by ``callers``, the busiest first."""
    callers: Sequence[Caller] = ()

    days_looked_back: ClassVar[int] = DAYS_LOOKED_BACK

    @property
    def verdict(self) -> Verdict:
        if self.new_used_at is None:
            return Verdict.NEW_UNUSED
        if self.old_used_at is None:
            return Verdict.SAFE
        quiet = self.now - self.old_used_at
        if quiet < SHORTEST_QUIET or self.new_used_at < self.old_used_at:
            return Verdict.STILL_USED
        return Verdict.SAFE if quiet > self.longest_rest else Verdict.MAY_COME_BACK

    @property
    def safe_from(self) -> datetime | None:
        """When the old key will have been quiet for long enough, if it stays so."""
        rest = max(SHORTEST_QUIET, self.longest_rest)
        return self.old_used_at and self.old_used_at + rest

    @property
    def old_used(self) -> str | None:
        return ago(self.old_used_at, self.now) if self.old_used_at else None

    @property
    def new_used(self) -> str | None:
        return ago(self.new_used_at, self.now) if self.new_used_at else None

    @property
    def used_today(self) -> bool:
        """Whether the old key's last day of use has not ended yet."""
        return self.last_day == timezone.localdate(self.now)


def open_rotations(api_key: APIKey) -> list[CutOver]:
    """Return the rotations under way in which the key is the old one or the new."""
    if api_key.status != Status.ACTIVE:
        return []
    active = api_key.organisation.api_keys.with_status(Status.ACTIVE)
    related = Q(pk=api_key.rotated_from_id) | Q(rotated_from=api_key)
    return [
        weigh(other, api_key)
        if other.pk == api_key.rotated_from_id
        else weigh(api_key, other)
        for other in active.filter(related).order_by("pk")
    ]


def weigh(old: APIKey, new: APIKey) -> CutOver:
    """Ask how both keys are used: at most four queries, none over all their past."""
    now = timezone.now()
    old_use, new_use = old.uses.last_answered(), new.uses.last_answered()
    new_used_at = new_use.last_at if new_use else None
    if old_use is None:
        return CutOver(old, new, now, new_used_at=new_used_at)
    uses = KeyUse.objects.filter(api_key=old, outcome=Outcome.ANSWERED).order_by()
    days = (
        uses.filter(day__gt=old_use.day - timedelta(days=DAYS_LOOKED_BACK))
        .values("day")
        .annotate(first=Min("first_at"), last=Max("last_at"))
        .order_by("day")
    )
    rests = [later["first"] - earlier["last"] for earlier, later in pairwise(days)]
    callers = (
        uses.filter(day=old_use.day)
        .values_list("ip_address", "client")
        .annotate(times=Sum("requests"))
        .order_by("-times", "ip_address", "client")
    )
    return CutOver(
        old,
        new,
        now,
        old_used_at=old_use.last_at,
        new_used_at=new_used_at,
        longest_rest=max(rests, default=timedelta()),
        last_day=old_use.day,
        callers=[Caller(*row) for row in callers[:CALLERS_SHOWN]],
    )
