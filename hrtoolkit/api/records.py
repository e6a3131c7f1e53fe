"""Rows of the database, and what the outside sees of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from inspect import signature
from typing import Any

import msgspec
from django.db import models
from django.db.models import F, QuerySet
from django.db.models.functions import Cast


class Representation(msgspec.Struct, frozen=True):
    """What the outside sees of a record: an allowlist of fields, in their order."""


def public_id(column: str) -> Cast:
    """Return an id as the outside sees it: an opaque string."""
    return Cast(column, models.CharField())


@dataclass(frozen=True, kw_only=True)
class Records:
    """The rows behind a list and its objects, and what the outside sees of them.

    The outside sees them as it sees ``example``. A field is the model's column of
    that name, unless ``columns`` gives an expression for it. ``make`` is what makes
    a representation of a row, where there is more to do: what it takes names the
    columns.
    """

    rows: QuerySet[Any, Any] = field(repr=False)
    example: Representation
    columns: Mapping[str, Any] = field(default_factory=dict)
    make: Callable[..., Representation] | None = None

    def values(self, queryset: QuerySet[Any, Any], *extra: str) -> QuerySet[Any, Any]:
        """Return the columns that a record is made of, after ``extra``."""
        columns = {"id": public_id("pk"), **self.columns}
        names = signature(self.record).parameters
        return queryset.values_list(
            *extra, *(columns.get(name, F(name)) for name in names)
        )

    @cached_property
    def record(self) -> Callable[..., Representation]:
        """What makes a record of a row's columns."""
        return self.make or type(self.example)
