"""Endpoints, each one declaration: address, scope, query, representation, rows."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import F, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest

from hrtoolkit.api import pagination, problems, query
from hrtoolkit.api.pagination import Pagination, Position
from hrtoolkit.api.query import ListQuery, Query
from hrtoolkit.api.statements import Param, Row, Statement

PREFIX = "/api/external/"
MAX_ID_DIGITS = 18

PUBLIC_ID = Cast("pk", models.CharField())
"""An id as the outside sees it: an opaque string."""

ENCODER = msgspec.json.Encoder()


class Caller(Protocol):
    """Who is calling: what the API needs to know of an authenticated key."""

    @property
    def key_id(self) -> int: ...
    @property
    def organisation_id(self) -> int: ...
    @property
    def scopes(self) -> frozenset[str]: ...
    @property
    def fingerprint(self) -> str: ...


class Representation(msgspec.Struct, frozen=True):
    """What the outside sees of a record: an allowlist of fields, in their order."""


class Answer(msgspec.Struct):
    """A body, and the headers that belong to it."""

    body: bytes
    headers: dict[str, str] = {}


class One(msgspec.Struct):
    """The body of one object."""

    data: Representation


class Page(msgspec.Struct):
    """The body of a list."""

    data: list[Representation]
    pagination: Pagination


@dataclass(frozen=True, kw_only=True)
class Records:
    """The rows behind a list and its objects, and what the outside sees of them.

    A field of the representation is the model's column of that name, unless
    ``columns`` gives an expression for it.
    """

    rows: QuerySet[Any, Any] = field(repr=False)
    representation: type[Representation]
    columns: Mapping[str, Any] = field(default_factory=dict)

    def narrowed(self, **conditions: Any) -> QuerySet[Any, Any]:
        """Return the fields of the calling organisation's rows, in their order."""
        columns = {"id": PUBLIC_ID, **self.columns}
        names = self.representation.__struct_fields__
        return self.rows.filter(
            organisation_id=Param("organisation_id", models.BigIntegerField()),
            **conditions,
        ).values_list(*(columns.get(name, F(name)) for name in names))


@dataclass(frozen=True, kw_only=True)
class Endpoint(ABC):
    """An address under ``/api/external/``, and the scope that opens it.

    The scope must be said; None opens it to any valid key.
    """

    path: str
    scope: str | None

    takes_id: bool = field(default=False, init=False)

    @abstractmethod
    def answer(
        self, request: HttpRequest, caller: Caller, record_id: str | None
    ) -> Answer:
        """Answer a request that is authenticated and has the scope."""


@dataclass(frozen=True, kw_only=True)
class Detail(Endpoint):
    """One object by its id, at ``<path>/<id>``."""

    records: Records

    takes_id: bool = field(default=True, init=False)

    @cached_property
    def statement(self) -> Statement:
        """The rows with one id: none or one."""
        return Statement(
            self.records.narrowed(pk=Param("id", models.BigIntegerField()))
        )

    def answer(
        self, request: HttpRequest, caller: Caller, record_id: str | None
    ) -> Answer:
        query.parse(request.META.get("QUERY_STRING", ""), Query)
        row = self.row(caller, record_id or "")
        if row is None:
            raise problems.not_found()
        return Answer(ENCODER.encode(One(self.records.representation(*row))))

    def row(self, caller: Caller, record_id: str) -> Row | None:
        """Return the organisation's record of that id, if there is one."""
        # "007" and "٧" are not the id "7".
        if not (record_id.isascii() and record_id.isdigit()):
            return None
        if len(record_id) > MAX_ID_DIGITS or record_id.startswith("0"):
            return None
        values = {"organisation_id": caller.organisation_id, "id": int(record_id)}
        return next(iter(self.statement.run(values)), None)


@dataclass(frozen=True, kw_only=True)
class List(Endpoint):
    """The organisation's records, by pages, in the order of their ids."""

    records: Records
    query: type[ListQuery] = ListQuery

    @cached_property
    def statement(self) -> Statement:
        """The rows behind an id, in order."""
        after = Param("last_id", models.BigIntegerField())
        queryset = self.records.narrowed(pk__gt=after).order_by("pk")
        return Statement(queryset, limited=True)

    def answer(
        self, request: HttpRequest, caller: Caller, record_id: str | None
    ) -> Answer:
        asked = query.parse(request.META.get("QUERY_STRING", ""), self.query)
        context = f"{caller.organisation_id} {self.path}"
        position = (
            pagination.read(asked.cursor, context)
            if asked.cursor
            else pagination.first_position()
        )
        rows = self.statement.run(
            {
                "organisation_id": caller.organisation_id,
                "last_id": position.last_id,
                # One more than asked tells whether there is a next page.
                "limit": asked.limit + 1,
            }
        )
        return self.page(request, asked, context, position, rows)

    def page(
        self,
        request: HttpRequest,
        asked: ListQuery,
        context: str,
        position: Position,
        rows: list[Row],
    ) -> Answer:
        """Return the body and the link to the next page."""
        has_more = len(rows) > asked.limit
        records = [self.records.representation(*row) for row in rows[: asked.limit]]
        cursor, headers = None, {}
        if has_more:
            last_id = int(rows[asked.limit - 1][0])
            cursor = pagination.sign(Position(last_id, position.as_of), context)
            headers["Link"] = self.link(request, asked, cursor)
        body = Page(
            records,
            Pagination(
                limit=asked.limit,
                has_more=has_more,
                next_cursor=cursor,
                as_of=position.as_of.astimezone(UTC),
            ),
        )
        return Answer(ENCODER.encode(body), headers)

    def link(self, request: HttpRequest, asked: ListQuery, cursor: str) -> str:
        """Return the ``Link`` header (RFC 8288) to the page behind ``cursor``."""
        base = settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
        parameters = urlencode(
            query.given(msgspec.structs.replace(asked, cursor=cursor))
        )
        return f'<{base}{PREFIX}{self.path}?{parameters}>; rel="next"'
