"""The query string, read into the Struct that declares it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from django.db import models

from hrtoolkit.api import problems
from hrtoolkit.text import is_printable

DEFAULT_LIMIT = 100
MAX_LIMIT = 500
MAX_TEXT = 200
MAX_PARAMETERS = 50
MAX_ECHO = 60
DIGITS = re.compile(r"[0-9]{1,9}")
ID = re.compile(r"[1-9][0-9]{0,17}")


def one_of(choices: type[models.TextChoices]) -> msgspec.Meta:
    """Return what narrows a text to the values of ``choices``."""
    return msgspec.Meta(
        extra={"choices": choices.values}, extra_json_schema={"enum": choices.values}
    )


Limit = Annotated[
    int,
    msgspec.Meta(ge=1, le=MAX_LIMIT, description="How many records a page holds."),
]
# PostgreSQL can't hold a NUL, and U+FFFD stands for what wasn't UTF-8.
Text = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=MAX_TEXT, pattern="^[^\0\ufffd]*$"),
]
Id = Annotated[str, msgspec.Meta(pattern=f"^{ID.pattern}$")]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


def means(text: str) -> msgspec.Meta:
    """Return what says, in the declaration of a parameter, what it means."""
    return msgspec.Meta(description=text)


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint takes; without fields, it takes no parameters."""


class ListQuery(Query, frozen=True, kw_only=True):
    """What every list takes."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Annotated[Text | None, means("The next_cursor of the page before.")] = None


class ChangesQuery(ListQuery, frozen=True, kw_only=True):
    """What a list takes whose records tell when they last changed."""

    updated_since: Annotated[
        Instant | None,
        means("Only what changed at or after this instant, in that order."),
    ] = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query: its name outside and inside, and what it takes."""

    name: str
    field: str
    kind: Any
    default: Any
    meaning: str
    expectation: str


QueryType = TypeVar("QueryType", bound=Query)


def parse(query_string: str, query_type: type[QueryType]) -> QueryType:
    """Read a query string. Raises the 400 that names the parameter at fault."""
    known = parameters(query_type)
    values: dict[str, Any] = {}
    for name, value in pairs(query_string):
        if name not in known:
            raise problems.unknown_parameter(shown(name), known)
        parameter = known[name]
        if parameter.field in values:
            raise problems.invalid_parameter(name, "stands more than once")
        if not value:
            raise problems.invalid_parameter(name, "is empty")
        values[parameter.field] = converted(value, parameter)
    return query_type(**values)


def given(query: Query) -> dict[str, Any]:
    """Return the parameters that differ from their defaults, by name."""
    return {
        parameter.name: value
        for parameter in parameters(type(query)).values()
        if (value := getattr(query, parameter.field)) != parameter.default
    }


def pairs(query_string: str) -> list[tuple[str, str]]:
    """Split a query string into names and values."""
    if not query_string:
        return []
    if not query_string.isascii():
        # WSGI hands bytes on as Latin-1; what people type unencoded is UTF-8.
        query_string = query_string.encode("latin-1").decode(errors="replace")
    try:
        return parse_qsl(
            query_string, keep_blank_values=True, max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise problems.Problem(
            400,
            "Invalid parameter",
            f"There are more than {MAX_PARAMETERS} parameters.",
        ) from None


@cache
def parameters(query_type: type[Query]) -> dict[str, Parameter]:
    """Return the parameters of a query by their names."""
    hints = get_type_hints(query_type, include_extras=True)
    found = {}
    for field in msgspec.structs.fields(query_type):
        hint = hints[field.name]
        kind = kind_of(hint)
        found[field.encode_name] = Parameter(
            field.encode_name,
            field.name,
            kind,
            field.default,
            meaning_of(hint),
            expectation(kind),
        )
    return found


def kind_of(hint: Any) -> Any:
    """Return what a parameter takes where it is given, of how it is declared."""
    optional = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return get_args(optional)[0] if type(None) in get_args(optional) else hint


def meaning_of(hint: Any) -> str:
    """Return what a parameter's declaration says that it means."""
    metas = getattr(hint, "__metadata__", ())
    return "".join(meta.description or "" for meta in metas)


def choices_of(kind: Any) -> list[str]:
    """Return the values that ``one_of`` allows; none for other types."""
    for meta in getattr(kind, "__metadata__", ()):
        if meta.extra:
            choices: list[str] = meta.extra["choices"]
            return choices
    return []


def expectation(kind: Any) -> str:
    """Return what a value of this type has to be, in words."""
    if kind is Limit:
        return f"must be a whole number from 1 to {MAX_LIMIT}"
    if kind is Id:
        return "must be an id, as this API gives it"
    if kind is Instant:
        return (
            "must be an RFC 3339 instant with its offset, such as"
            " 2026-07-01T00:00:00Z (write + as %2B)"
        )
    if kind is date:
        return "must be a date, such as 2026-07-01"
    if choices := choices_of(kind):
        return f"must be one of {', '.join(choices)}"
    return f"must be text of 1 to {MAX_TEXT} characters"


def converted(value: str, parameter: Parameter) -> Any:
    """Return ``value`` as the parameter's type. Raises the 400."""
    kind = parameter.kind
    try:
        if kind is Limit:
            # msgspec would read 1e2, and Python's int() full-width digits.
            if not DIGITS.fullmatch(value):
                raise ValueError
            return msgspec.convert(int(value), kind)
        # A pattern's $ would let a newline pass behind the digits.
        if kind is Id and not ID.fullmatch(value):
            raise ValueError
        if kind is Instant:
            instant: datetime = msgspec.convert(value, kind)
            return instant.astimezone(UTC)
        if (choices := choices_of(kind)) and value not in choices:
            raise ValueError
        return msgspec.convert(value, kind)
    except (ValueError, OverflowError):
        raise problems.invalid_parameter(
            parameter.name, parameter.expectation
        ) from None


def shown(name: str) -> str:
    """Return a parameter's name as it may stand in an answer: short and printable."""
    return "".join(c if is_printable(c) else "\ufffd" for c in name)[:MAX_ECHO]
