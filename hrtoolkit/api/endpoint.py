"""Endpoints, each one declaration: address, scope, query, representation, rows."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

from django.db import models
from django.http import HttpRequest

from hrtoolkit.api import problems, query
from hrtoolkit.api.answers import Answer, one
from hrtoolkit.api.prepared import Row
from hrtoolkit.api.query import Query
from hrtoolkit.api.records import Records, Representation
from hrtoolkit.api.statements import Param, Statement

PREFIX = "/api/external/"

ID_FIELD = models.BigIntegerField()


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

    def remembers(self, api_key: str) -> bool:
        """Whether the key worked when this process saw it last. Costs no query."""

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

    @cached_property
    def route(self) -> str:
        """The address as the log has it, without anyone's id."""
        name = f"{PREFIX}{self.path}".removeprefix("/")
        return f"{name}/<id>" if self.takes_id else name

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
        return one(self.records.record(*caller.beside[1:]))


def in_words(path: str) -> str:
    """Return an address as people say it: leave requests."""
    return path.replace("/", " ")
