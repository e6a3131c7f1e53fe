"""Pages of a list: keyset pagination, with signed cursors."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
from django.conf import settings

from hrtoolkit.api import problems

SYNC_MARGIN = timedelta(seconds=60)
"""How far ``as_of`` lies behind the clock: longer than any write may take."""

SIGNATURE_BYTES = 16
MAX_CURSOR_LENGTH = 200


class Pagination(msgspec.Struct):
    """Where a page stands in its list."""

    limit: int
    has_more: bool
    next_cursor: str | None
    as_of: datetime


class Position(msgspec.Struct, array_like=True):
    """The last record of a page, and when the first page was asked for."""

    last_id: int
    as_of: datetime


def first_position() -> Position:
    """Return the position before the first record."""
    return Position(last_id=0, as_of=datetime.now(UTC) - SYNC_MARGIN)


def sign(position: Position, context: str) -> str:
    """Return the cursor for the page after ``position``.

    ``context`` is all that a cursor must not be carried out of: organisation,
    address and filters.
    """
    payload = msgspec.json.encode(position)
    return urlsafe_b64encode(signature(payload, context) + payload).decode().rstrip("=")


def read(cursor: str, context: str) -> Position:
    """Return the position that ``sign`` was given. Raises the 400 for any other."""
    try:
        if len(cursor) > MAX_CURSOR_LENGTH:
            raise ValueError
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


def signature(payload: bytes, context: str) -> bytes:
    """Return the HMAC that binds a cursor to its context."""
    message = context.encode() + b"\0" + payload
    return hmac.digest(signing_key(), message, hashlib.sha256)[:SIGNATURE_BYTES]


@cache
def signing_key() -> bytes:
    """Return a key of the cursors' own, derived from SECRET_KEY."""
    return hashlib.sha256(
        b"external API cursor" + settings.SECRET_KEY.encode()
    ).digest()
