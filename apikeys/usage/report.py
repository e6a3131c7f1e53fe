"""What a key's page tells of its use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from apikeys import expiry
from apikeys.models import APIKey, KeyUse, Outcome, Status
from apikeys.models.key_use import KeyUseQuerySet
from apikeys.usage.chart import Bar, bars

DAYS = 30
CALLERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ScopeUse:
    """How often a scope was asked for, and when last."""

    scope: str
    answered: int = 0
    refused: int = 0
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Knocks:
    """How often a key was presented after its end, since when, and by whom last."""

    requests: int
    since: datetime
    last: KeyUse


class Report:
    """How a key was used in the last 30 days. A part is asked for when it is shown."""

    def __init__(self, key: APIKey) -> None:
        self.key = key
        self.today = expiry.today(key.organisation)

    @property
    def recent(self) -> KeyUseQuerySet:
        """The uses of the last 30 days."""
        return self.key.uses.since(self.today - timedelta(days=DAYS - 1))

    @cached_property
    def last(self) -> KeyUse | None:
        """The last use that was answered, however long ago."""
        return self.key.uses.last_answered()

    @cached_property
    def days(self) -> list[Bar]:
        """Every day as a bar of the chart, the oldest first."""
        known = {row["day"]: row for row in self.recent.by_day()}
        days = [self.today - timedelta(days=ago) for ago in reversed(range(DAYS))]
        return bars([(day, *counts(known.get(day))) for day in days])

    @property
    def answered(self) -> int:
        """How many requests were answered."""
        return sum(bar.answered for bar in self.days)

    @property
    def refused(self) -> int:
        """How many requests were refused, for whatever reason."""
        return sum(bar.refused for bar in self.days)

    @property
    def busiest(self) -> Bar:
        """The day with the most requests."""
        return max(self.days, key=lambda bar: bar.requests)

    @cached_property
    def scopes(self) -> list[ScopeUse]:
        """The key's scopes, used or not, and what else was asked for."""
        known = {row["scope"]: row for row in self.recent.by_scope()}
        names = [*self.key.scopes, *(n for n in known if n not in self.key.scopes)]
        return [
            ScopeUse(name, *counts(known.get(name)), known.get(name, {}).get("last"))
            for name in names
        ]

    @cached_property
    def all_callers(self) -> list[dict[str, Any]]:
        """Who used the key, by address and client, and one more than is shown."""
        return list(self.recent.by_caller()[: CALLERS_SHOWN + 1])

    @property
    def callers(self) -> list[dict[str, Any]]:
        """Who used the key last, by address and client."""
        return self.all_callers[:CALLERS_SHOWN]

    @property
    def has_more_callers(self) -> bool:
        """Whether there were other callers before these."""
        return len(self.all_callers) > CALLERS_SHOWN

    @cached_property
    def knocks(self) -> Knocks | None:
        """The requests with the key since it was revoked or expired, if any."""
        uses = self.key.uses.filter(outcome=Outcome.REFUSED)
        if self.key.status == Status.ACTIVE or not (last := uses.first()):
            return None
        total = uses.total()
        return Knocks(total["requests"], total["first_at"], last)


def counts(row: dict[str, Any] | None) -> tuple[int, int]:
    """Return how many requests were answered and refused, none without a row."""
    return (row["answered"], row["refused"]) if row else (0, 0)
