"""Uses to be counted, what is written of them, and functions that fail."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apikeys.models import APIKey, KeyUse
from apikeys.usage.tallies import Use

NOON = datetime(2026, 3, 4, 1, 0, tzinfo=UTC).timestamp()
"""In Sydney, on 4 March."""


def use_of(key: APIKey, **changes: Any) -> Use:
    fields: dict[str, Any] = {
        "key_id": key.pk,
        "quarter": 0,
        "scope": "read:employees",
        "outcome": "answered",
        "ip_address": "203.0.113.7",
        "user_agent": "payroll-sync/2.1",
    }
    return Use(**fields | changes)


def uses(**conditions: Any) -> list[tuple[Any, ...]]:
    """Return what is written."""
    columns = ("scope", "outcome", "ip_address", "client", "requests")
    return list(
        KeyUse.objects.filter(**conditions).order_by("pk").values_list(*columns)
    )


def failing(error: Exception) -> Callable[..., None]:
    def fail(*args: Any) -> None:
        raise error

    return fail
