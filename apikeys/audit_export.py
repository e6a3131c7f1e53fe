"""The audit log as CSV, for auditors and their spreadsheets."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC

from apikeys.audit_words import what_changed
from apikeys.models import AuditEvent
from apikeys.models.audit_event import AuditEventQuerySet

CHUNK = 1000
"""How many events are in memory at a time."""

BYTE_ORDER_MARK = "\ufeff"  # Without it, Excel reads UTF-8 as something else.

# What a spreadsheet would run (owasp.org/www-community/attacks/CSV_Injection),
# with the full-width characters that some take for the others.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")

COLUMNS = (
    "Number",
    "Instant (UTC)",
    "Action",
    "Person",
    "Email address",
    "IP address",
    "Client",
    "Key id",
    "Key name",
    "Key fingerprint",
    "What changed",
    "Details",
    "HMAC",
)


def csv_of(events: AuditEventQuerySet) -> Iterator[str]:
    """Yield the events in their order as RFC 4180 has it, a chunk at a time."""
    yield BYTE_ORDER_MARK + lines([COLUMNS])
    chunk = list(events[:CHUNK])
    while chunk:
        yield lines(map(cells, chunk))
        last = chunk[-1]
        chunk = list(events.after(last.at, last.number)[:CHUNK])


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Return rows of cells as lines of CSV."""
    written = io.StringIO()
    csv.writer(written).writerows(map(harmless, row) for row in rows)
    return written.getvalue()


def cells(event: AuditEvent) -> tuple[str, ...]:
    """Return an event's cells, in the order of the columns."""
    key = event.api_key
    at = event.at.astimezone(UTC).replace(tzinfo=None)
    return (
        str(event.number),
        at.isoformat(timespec="microseconds") + "Z",
        event.action,
        event.actor_name,
        event.actor_email,
        event.ip_address or "",
        event.user_agent,
        str(key.pk) if key else "",
        key.name if key else "",
        key.fingerprint if key else "",
        what_changed(event),
        json.dumps(event.details, ensure_ascii=False, sort_keys=True),
        event.mac,
    )


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell
