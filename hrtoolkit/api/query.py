"""The query string, read into the Struct that declares it."""

import re
from functools import cache
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from hrtoolkit.api import problems
from hrtoolkit.text import is_printable

DEFAULT_LIMIT = 100
MAX_LIMIT = 500
MAX_PARAMETERS = 50
MAX_ECHO = 60
DIGITS = re.compile(r"[0-9]{1,9}")

Limit = Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)]


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What an endpoint takes; without fields, it takes no parameters."""


class ListQuery(Query, frozen=True, kw_only=True):
    """What every list takes."""

    limit: Limit = DEFAULT_LIMIT
    cursor: str | None = None


QueryType = TypeVar("QueryType", bound=Query)


def parse(query_string: str, query_type: type[QueryType]) -> QueryType:
    """Read a query string. Raises the 400 that names the parameter at fault."""
    values: dict[str, Any] = {}
    fields = query_fields(query_type)
    for name, value in pairs(query_string):
        if name not in fields:
            raise problems.unknown_parameter(shown(name), fields)
        if name in values:
            raise problems.invalid_parameter(name, "stands more than once")
        if not value:
            raise problems.invalid_parameter(name, "is empty")
        if not all(map(is_printable, value)) or "\ufffd" in value:
            raise problems.invalid_parameter(name, "holds characters it can't have")
        values[name] = converted(name, value, fields[name])
    return query_type(**values)


def given(query: Query) -> dict[str, Any]:
    """Return the parameters that differ from their defaults, by name."""
    return {
        f.encode_name: value
        for f in msgspec.structs.fields(query)
        if (value := getattr(query, f.name)) != f.default
    }


def pairs(query_string: str) -> list[tuple[str, str]]:
    """Split a query string into names and values."""
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
def query_fields(query_type: type[Query]) -> dict[str, Any]:
    """Return each parameter's name and type."""
    return {f.encode_name: f.type for f in msgspec.structs.fields(query_type)}


def converted(name: str, value: str, kind: Any) -> Any:
    """Return ``value`` as ``kind``."""
    if kind is Limit:
        # msgspec would read 1e2 and Python's int() full-width digits.
        if not DIGITS.fullmatch(value) or not 1 <= int(value) <= MAX_LIMIT:
            raise problems.invalid_parameter(
                name, f"must be a whole number from 1 to {MAX_LIMIT}"
            )
        return int(value)
    return value


def shown(name: str) -> str:
    """Return a parameter's name as it may stand in an answer: short and printable."""
    return "".join(c if is_printable(c) else "\ufffd" for c in name)[:MAX_ECHO]
