"""What each scope would show of an organisation today, before a key has it."""

from dataclasses import dataclass

from apikeys.reference import fields_of
from hrtoolkit.api.endpoint import in_words
from hrtoolkit.api.listing import List
from hrtoolkit.api.registry import endpoints
from hrtoolkit.organisations.models import Organisation

COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Preview:
    """One of the lists that a scope opens: how many records, and what of each."""

    name: str
    count: str
    fields: list[str]


def previews(organisation: Organisation, scope: str) -> list[Preview]:
    """Return what a scope would show today, in a query for each list."""
    return [
        Preview(
            in_words(endpoint.path),
            in_figures(records(endpoint, organisation)),
            [name for name, _ in fields_of(endpoint)],
        )
        for endpoint in endpoints()
        if isinstance(endpoint, List) and endpoint.scope == scope
    ]


def records(endpoint: List, organisation: Organisation) -> int:
    """Count the records behind a list, to one more than ``COUNTED`` at most."""
    rows = endpoint.records.rows.filter(organisation=organisation)
    return rows.order_by().values("pk")[: COUNTED + 1].count()


def in_figures(count: int) -> str:
    """Return a number of records, as people say it."""
    return f"more than {COUNTED:,}" if count > COUNTED else f"{count:,}"
