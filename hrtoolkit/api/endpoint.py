"""Endpoints, each one declaration: address, scope, query, representation, rows."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from functools import cached_property
from typing import Any, ClassVar, Protocol
from urllib.parse import urlencode

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest

from hrtoolkit.api import pagination, problems, query
from hrtoolkit.api.pagination import Pagination, Position
from hrtoolkit.api.query import ListQuery, Query
from hrtoolkit.api.statements import Param, Row, Statement

PREFIX = "/api/external/"

ID_FIELD = models.BigIntegerField()
INSTANT_FIELD = models.DateTimeField()

# What the database makes of a parameter; anything else is text.
FIELDS: Mapping[Any, models.Field[Any, Any]] = {
    query.Id: ID_FIELD,
    query.Instant: INSTANT_FIELD,
    date: models.DateField(),
}

ENCODER = msgspec.json.Encoder()
ETAG_BYTES = 16


def public_id(column: str) -> Cast:
    """Return an id as the outside sees it: an opaque string."""
    return Cast(column, models.CharField())


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
    @property
    def allowed_networks(self) -> Sequence[str]:
        """The CIDR ranges from which alone the key works; none means anywhere."""

    @property
    def beside(self) -> Row | None:
        """The row that was asked for in the same query, if there is one."""


class Backend(Protocol):
    """What knows keys, and learns how requests with them end."""

    def authenticate(
        self,
        request: HttpRequest,
        *,
        api_key: str,
        beside: "Beside | None",
        scope: str | None,
    ) -> Caller | None:
        """Return the caller, or None if the key doesn't work."""

    def record(
        self, request: HttpRequest, caller: Caller, scope: str | None, outcome: str
    ) -> None:
        """Note a request with a key that works, and its Problem's outcome."""


class Representation(msgspec.Struct, frozen=True):
    """What the outside sees of a record: an allowlist of fields, in their order."""


class Answer(msgspec.Struct):
    """A body, the tag of what it holds, and the headers that belong to it."""

    body: bytes
    etag: str
    headers: dict[str, str] = {}


class One(msgspec.Struct):
    """The body of one object."""

    data: msgspec.Raw


class Page(msgspec.Struct):
    """The body of a list."""

    data: msgspec.Raw
    pagination: Pagination


def one(representation: Representation) -> Answer:
    """Return the answer that holds one object."""
    data = ENCODER.encode(representation)
    return Answer(ENCODER.encode(One(msgspec.Raw(data))), etag(data))


def etag(data: bytes) -> str:
    """Return the tag of an answer's data (RFC 9110, section 8.8.3).

    Weak, because ``as_of`` moves on in an answer whose data stays the same.
    """
    return f'W/"{hashlib.blake2b(data, digest_size=ETAG_BYTES).hexdigest()}"'


@dataclass(frozen=True, kw_only=True)
class Records:
    """The rows behind a list and its objects, and what the outside sees of them.

    A field of the representation is the model's column of that name, unless
    ``columns`` gives an expression for it.
    """

    rows: QuerySet[Any, Any] = field(repr=False)
    representation: type[Representation]
    example: Representation
    columns: Mapping[str, Any] = field(default_factory=dict)

    def values(self, queryset: QuerySet[Any, Any], *extra: str) -> QuerySet[Any, Any]:
        """Return the fields of the representation in their order, after ``extra``."""
        columns = {"id": public_id("pk"), **self.columns}
        names = self.representation.__struct_fields__
        return queryset.values_list(
            *extra, *(columns.get(name, F(name)) for name in names)
        )


@dataclass(frozen=True)
class Beside:
    """A statement to be run in one query with the key's own, and its values.

    Its first column is the organisation, which the query holds to the key's.
    """

    statement: Statement
    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Endpoint(ABC):
    """An address under ``/api/external/``, and the scope that opens it.

    The scope must be said; None opens it to any valid key.
    """

    path: str
    scope: str | None
    query: type[Query] = Query

    takes_id: ClassVar[bool] = False

    @property
    @abstractmethod
    def summary(self) -> str:
        """What the endpoint gives, in a few words."""

    @property
    @abstractmethod
    def example(self) -> Representation:
        """An object as the endpoint gives it."""

    @property
    def representation(self) -> type[Representation]:
        """What the endpoint gives."""
        return type(self.example)

    def beside(self, record_id: str | None) -> Beside | None:
        """Return what to ask for in the same query as the key, if anything."""
        return None

    @abstractmethod
    def answer(self, request: HttpRequest, caller: Caller) -> Answer:
        """Answer a request that is authenticated and has the scope."""


@dataclass(frozen=True, kw_only=True)
class Detail(Endpoint):
    """One object by its id, at ``<path>/<id>``."""

    records: Records

    takes_id: ClassVar[bool] = True

    @property
    def summary(self) -> str:
        return f"One of the {in_words(self.path)}"

    @property
    def example(self) -> Representation:
        return self.records.example

    @cached_property
    def statement(self) -> Statement:
        """The row with one id, of whatever organisation, which comes first."""
        rows = self.records.rows.filter(pk=Param("id", ID_FIELD))
        return Statement(self.records.values(rows.order_by(), "organisation_id"))

    def beside(self, record_id: str | None) -> Beside | None:
        """Return the statement for an id, unless it can't be one."""
        if record_id is None or not query.ID.fullmatch(record_id):
            return None
        return Beside(self.statement, {"id": record_id})

    def answer(self, request: HttpRequest, caller: Caller) -> Answer:
        query.parse(request.META.get("QUERY_STRING", ""), self.query)
        if caller.beside is None:
            raise problems.not_found()
        return one(self.records.representation(*caller.beside[1:]))


@dataclass(frozen=True, kw_only=True)
class List(Endpoint):
    """The organisation's records by pages: by id, or in the order of changes.

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
        return f"All {in_words(self.path)}, by pages"

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
        records = [self.records.representation(*row) for row in rows[: asked.limit]]
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
        return Answer(ENCODER.encode(body), etag(data), headers)

    def link(self, request: HttpRequest, asked: ListQuery, cursor: str) -> str:
        """Return the ``Link`` header (RFC 8288) to the page behind ``cursor``."""
        base = base_url(request)
        parameters = query.given(msgspec.structs.replace(asked, cursor=cursor))
        return f'<{base}{PREFIX}{self.path}?{encoded(parameters)}>; rel="next"'


def base_url(request: HttpRequest) -> str:
    """Return where the product is, as the outside reaches it."""
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def in_words(path: str) -> str:
    """Return an address as people say it: leave requests."""
    return path.replace("/", " ")


def encoded(parameters: Mapping[str, Any]) -> str:
    """Return parameters as a query string."""
    return urlencode(
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in parameters.items()
        }
    )
