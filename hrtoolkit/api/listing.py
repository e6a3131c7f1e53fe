"""Lists: an organisation's records in pages, filtered, or in the order of changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from hrtoolkit.api import pagination, query
from hrtoolkit.api.answers import ENCODER, Answer, Page, etag
from hrtoolkit.api.endpoint import ID_FIELD, PREFIX, Caller, Endpoint, in_words
from hrtoolkit.api.pagination import Pagination, Position
from hrtoolkit.api.prepared import Row
from hrtoolkit.api.query import ListQuery
from hrtoolkit.api.records import Records, Representation
from hrtoolkit.api.statements import Param, Statement
from hrtoolkit.public_url import public_url

INSTANT_FIELD = models.DateTimeField()

# What the database makes of a parameter; anything else is text.
FIELDS: Mapping[Any, models.Field[Any, Any]] = {
    query.Id: ID_FIELD,
    query.Instant: INSTANT_FIELD,
    date: models.DateField(),
}


@dataclass(frozen=True, kw_only=True)
class List(Endpoint):
    """The organisation's records in pages: by id, or in the order of changes.

    ``query`` declares the filters. Each narrows the rows to those whose column
    of that name has the value, unless ``conditions`` says it otherwise.
    """

    records: Records
    query: type[ListQuery] = ListQuery
    conditions: Mapping[str, Callable[[Param], Any]] = field(default_factory=dict)
    statements: dict[tuple[str, ...], Statement] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def summary(self) -> str:
        return f"All {in_words(self.path)}, in pages"

    @property
    def example(self) -> Representation:
        return self.records.example

    def statement(self, filters: tuple[str, ...]) -> Statement:
        """Return the statement for a set of filters, kept from its first use on."""
        if filters not in self.statements:
            self.statements[filters] = Statement(self.rows(filters), limited=True)
        return self.statements[filters]

    def rows(self, filters: tuple[str, ...]) -> QuerySet[Any, Any]:
        """Return the rows behind a position, with filters, in order."""
        rows = self.records.rows.filter(
            organisation_id=Param("organisation_id", ID_FIELD)
        )
        known = {p.field: p for p in query.parameters(self.query).values()}
        for name in filters:
            if name == "updated_since":
                continue
            param = Param(name, FIELDS.get(known[name].kind, models.CharField()))
            condition = self.conditions.get(name)
            rows = rows.filter(condition(param) if condition else Q(**{name: param}))
        behind = Q(pk__gt=Param("last_id", ID_FIELD))
        if "updated_since" not in filters:
            return self.records.values(rows.filter(behind).order_by("pk"))
        after = Param("updated_at", INSTANT_FIELD)
        # Not the usual OR of two pairs, for which PostgreSQL finds no index.
        rows = rows.filter(updated_at__gte=after).filter(
            Q(updated_at__gt=after) | behind
        )
        return self.records.values(rows.order_by("updated_at", "pk"))

    def answer(self, request: HttpRequest, caller: Caller) -> Answer:
        asked = query.parse(request.META.get("QUERY_STRING", ""), self.query)
        context = pagination.context(caller.organisation_id, self.path, asked)
        updated_since = getattr(asked, "updated_since", None)
        position = (
            pagination.read(asked.cursor, context)
            if asked.cursor
            else pagination.first_position(updated_since)
        )
        values = self.filters(asked)
        rows = self.statement(tuple(values)).run(
            values
            | {
                "organisation_id": caller.organisation_id,
                "last_id": position.last_id,
                "updated_at": position.updated_at,
                # One more than asked tells whether there is a next page.
                "limit": asked.limit + 1,
            }
        )
        return self.page(request, asked, context, position, rows)

    def filters(self, asked: ListQuery) -> dict[str, Any]:
        """Return the filters that were asked for, by the names of their fields."""
        return {
            parameter.field: value
            for parameter in query.parameters(self.query).values()
            if parameter.name not in ("limit", "cursor")
            and (value := getattr(asked, parameter.field)) is not None
        }

    def page(
        self,
        request: HttpRequest,
        asked: ListQuery,
        context: bytes,
        position: Position,
        rows: list[Row],
    ) -> Answer:
        """Return the body and the link to the next page."""
        has_more = len(rows) > asked.limit
        records = [self.records.record(*row) for row in rows[: asked.limit]]
        data = ENCODER.encode(records)
        cursor, headers = None, {}
        if has_more:
            last: Any = records[-1]
            changes = position.updated_at is not None
            position = Position(
                position.as_of, int(last.id), last.updated_at if changes else None
            )
            cursor = pagination.sign(position, context)
            headers["Link"] = self.link(request, asked, cursor)
        body = Page(
            msgspec.Raw(data),
            Pagination(
                limit=asked.limit,
                has_more=has_more,
                next_cursor=cursor,
                as_of=position.as_of.astimezone(UTC),
            ),
        )
        # A page that was the last is no longer the same when another follows.
        tag = etag(data + b"," if has_more else data)
        return Answer(ENCODER.encode(body), tag, headers)

    def link(self, request: HttpRequest, asked: ListQuery, cursor: str) -> str:
        """Return the ``Link`` header (RFC 8288) to the page behind ``cursor``."""
        base = public_url(request)
        parameters = query.given(msgspec.structs.replace(asked, cursor=cursor))
        return f'<{base}{PREFIX}{self.path}?{encoded(parameters)}>; rel="next"'


def encoded(parameters: Mapping[str, Any]) -> str:
    """Return parameters as a query string."""
    return urlencode(
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in parameters.items()
        }
    )
