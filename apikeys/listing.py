"""The list of keys, in order and in pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.core import signing
from django.db import models
from django.db.models import Expression, F, Q, Value
from django.db.models.functions import Coalesce, Lower

from apikeys.models import APIKey
from apikeys.models.api_key import APIKeyQuerySet
from apikeys.models.key_use import last_used_at

PAGE_SIZE = 50

LONG_AGO = Value(datetime(1, 1, 1, tzinfo=UTC))
FAR_AHEAD = Value(datetime(9999, 1, 1, tzinfo=UTC))


class Sort(models.TextChoices):
    """What the list goes by. What asks for attention comes first."""

    NEWEST = "newest", "Newest first"
    NAME = "name", "Name"
    LAST_USED = "last_used", "Longest unused first"
    EXPIRES = "expires", "First to expire"


POSITIONS: Mapping[Sort, Expression | F] = {
    Sort.NEWEST: F("created_at"),
    Sort.NAME: Lower("name"),
    Sort.LAST_USED: Coalesce("last_used_at", LONG_AGO),
    Sort.EXPIRES: Coalesce("expires_at", FAR_AHEAD),
}
"""Where a key stands in each order. Between equals, the id decides."""


class Position(NamedTuple):
    """The end of a page: the next one begins behind it."""

    value: str
    key_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the keys, and the cursor to those that follow, if there are any."""

    keys: list[APIKey]
    after: str


def page(keys: APIKeyQuerySet, sort: Sort, after: Position | None) -> Page:
    """Return the page of ``keys`` that begins behind ``after``.

    A key that is used meanwhile moves towards the end, never past a reader.
    """
    towards, sign = ("lt", "-") if sort == Sort.NEWEST else ("gt", "")
    keys = keys.with_successors().annotate(
        last_used_at=last_used_at(), position=POSITIONS[sort]
    )
    if after:
        value, key_id = after
        # Not the usual OR of two pairs, for which PostgreSQL finds no index.
        keys = keys.filter(**{f"position__{towards}e": value}).filter(
            Q(**{f"position__{towards}": value}) | Q(**{f"pk__{towards}": key_id})
        )
    found = list(keys.order_by(f"{sign}position", f"{sign}pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return Page(shown, cursor(sort, shown[-1]) if found[PAGE_SIZE:] else "")


def cursor(sort: Sort, key: Any) -> str:
    """Return the text that leads to what follows ``key`` in an order."""
    return signer(sort).sign_object([str(key.position), key.pk])


def position(sort: Sort, text: str) -> Position:
    """Read a cursor of the same order. Raises ``signing.BadSignature``."""
    return Position(*signer(sort).unsign_object(text))


def signer(sort: Sort) -> signing.Signer:
    """Return what tells an order's cursors from anything else."""
    return signing.Signer(salt=f"apikeys.listing.{sort}")
