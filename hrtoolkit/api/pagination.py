"""Pages of a list: keyset pagination, with signed cursors."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
from django.conf import settings

from hrtoolkit.api import problems
from hrtoolkit.api.query import Instant, ListQuery, given

SYNC_MARGIN = timedelta(seconds=60)
"""How far ``as_of`` lies behind the clock: longer than any write may take."""

SIGNATURE_BYTES = 16


class Pagination(msgspec.Struct):
    """Where a page stands in its list."""

    limit: int
    has_more: bool
    next_cursor: str | None
    as_of: Instant


class Position(msgspec.Struct, array_like=True):
    """The last record of a page, and when the first page was asked for.

    ``updated_at`` counts only in the order of changes.
    """

    as_of: datetime
    last_id: int = 0
    updated_at: datetime | None = None


def first_position(updated_since: datetime | None) -> Position:
    """Return the position before the first record."""
    return Position(datetime.now(UTC) - SYNC_MARGIN, updated_at=updated_since)


def context(organisation_id: int, path: str, asked: ListQuery) -> bytes:
    """Return all that a cursor can't be carried out of.

    It belongs to one organisation, list and set of filters. The size of the
    pages may change on the way.
    """
    filters = given(asked)
    filters.pop("cursor", None)
    filters.pop("limit", None)
    return msgspec.json.encode([organisation_id, path, filters])


def sign(position: Position, context: bytes) -> str:
    """Return the cursor for the page after ``position``."""
    payload = msgspec.json.encode(position)
    return urlsafe_b64encode(signature(payload, context) + payload).decode().rstrip("=")


def read(cursor: str, context: bytes) -> Position:
    """Return the position that ``sign`` was given. Raises the 400 for any other."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        given, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
        if not hmac.compare_digest(given, signature(payload, context)):
            raise ValueError
        return msgspec.json.decode(payload, type=Position)
    except ValueError:
        raise problems.invalid_parameter(
            "cursor",
            "isn't one that this list gave, with these filters, to this organisation",
        ) from None


def signature(payload: bytes, context: bytes) -> bytes:
    """Return the HMAC that binds a cursor to its context."""
    message = context + b"\0" + payload
    return hmac.digest(signing_key(), message, hashlib.sha256)[:SIGNATURE_BYTES]


@cache
def signing_key() -> bytes:
    """Return a key of the cursors' own, derived from SECRET_KEY."""
    secret = settings.SECRET_KEY.encode()
    return hashlib.sha256(b"external API cursor" + secret).digest()
