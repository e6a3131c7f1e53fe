"""Adds tallies to what the database has already: the only writer of KeyUse."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from apikeys.actors import client_name
from apikeys.models import APIKey, KeyUse, Outcome
from apikeys.usage.refusals import Refusal
from apikeys.usage.tallies import Tally, Use, add

ROWS_AT_ONCE = 500
"""So that the server has answered before patience with it ends."""

MAX_CALLERS = 100
"""Of a key in a day, who are told apart: its holder can make up any number."""

UPSERT = """
    INSERT INTO apikeys_keyuse AS kept (
        api_key_id, day, scope, outcome, ip_address, client,
        requests, first_at, last_at
    )
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (api_key_id, day, scope, outcome, ip_address, client) DO UPDATE SET
        requests = kept.requests + excluded.requests,
        first_at = CASE WHEN excluded.first_at < kept.first_at
            THEN excluded.first_at ELSE kept.first_at END,
        last_at = CASE WHEN excluded.last_at > kept.last_at
            THEN excluded.last_at ELSE kept.last_at END
"""
"""Right with any number of workers at once, as the ORM's own upsert isn't."""


class Caller(NamedTuple):
    """Who uses a key, as far as one can tell."""

    ip_address: str
    client: str


class Row(NamedTuple):
    """What tells the rows of KeyUse apart."""

    key_id: int
    day: date
    scope: str
    outcome: str
    ip_address: str
    client: str


@transaction.atomic
def write(tallies: Mapping[Use, Tally]) -> set[Refusal]:
    """Add tallies to the database, and return the refusals among them."""
    keys = APIKey.objects.select_related("organisation").in_bulk(
        {use.key_id for use in tallies}
    )
    found = [
        (row_of(use, tally, keys[use.key_id]), tally)
        for use, tally in tallies.items()
        # Where an older backup was restored, a key may be unknown again.
        if use.key_id in keys
    ]
    callers = known_callers([row for row, _ in found])
    rows: dict[Row, Tally] = {}
    for row, tally in found:
        add(rows, with_few_callers(row, callers[row.key_id, row.day]), tally)
    with connection.cursor() as cursor:
        # In the same order by every worker, or they would wait for each other.
        ordered = [values(row, rows[row]) for row in sorted(rows)]
        for start in range(0, len(ordered), ROWS_AT_ONCE):
            cursor.executemany(UPSERT, ordered[start : start + ROWS_AT_ONCE])
    return {
        Refusal(row.key_id, row.outcome)
        for row in rows
        if row.outcome != Outcome.ANSWERED
    }


def row_of(use: Use, tally: Tally, key: APIKey) -> Row:
    """Return the row to which a tally belongs, on the organisation's own day."""
    return Row(
        use.key_id,
        datetime.fromtimestamp(tally.first_at, key.organisation.zone).date(),
        use.scope,
        use.outcome,
        use.ip_address,
        client_name(use.user_agent),
    )


def known_callers(rows: Iterable[Row]) -> defaultdict[tuple[int, date], set[Caller]]:
    """Return the callers that the database knows of the rows' keys and days."""
    uses = KeyUse.objects.filter(
        api_key__in={row.key_id for row in rows}, day__in={row.day for row in rows}
    )
    columns = ("api_key_id", "day", "ip_address", "client")
    callers: defaultdict[tuple[int, date], set[Caller]] = defaultdict(set)
    for key_id, day, *caller in uses.order_by().values_list(*columns).distinct():
        callers[key_id, day].add(Caller(*caller))
    return callers


def with_few_callers(row: Row, callers: set[Caller]) -> Row:
    """Return the row with its caller, or without where there are too many already."""
    caller = Caller(row.ip_address, row.client)
    if len(callers) < MAX_CALLERS:
        callers.add(caller)
    return row if caller in callers else row._replace(ip_address="", client="")


def values(row: Row, tally: Tally) -> tuple[Any, ...]:
    """Return the values of UPSERT as the driver wants them."""
    instants = (
        datetime.fromtimestamp(at, UTC) for at in (tally.first_at, tally.last_at)
    )
    adapt = connection.ops.adapt_datetimefield_value
    return *row, tally.requests, *map(adapt, instants)
