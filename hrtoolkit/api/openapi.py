"""The OpenAPI 3.1 document, made from the declarations of the endpoints."""

from functools import cache
from typing import Any

import msgspec
from django.conf import settings

from hrtoolkit.api import query
from hrtoolkit.api.answers import Answer, etag
from hrtoolkit.api.endpoint import PREFIX, Endpoint
from hrtoolkit.api.listing import List
from hrtoolkit.api.openapi_components import (
    AUTHENTICATED,
    CURSOR_EXAMPLE,
    HEADERS,
    IF_NONE_MATCH,
    PROBLEMS,
    Schema,
    header,
    problem_response,
    references,
)
from hrtoolkit.api.pagination import Pagination
from hrtoolkit.api.problems import ProblemDetails
from hrtoolkit.api.registry import endpoints

VERSION = "1.0"
PATH = "openapi.json"
DESCRIPTION = (
    "Reads an organisation's HR data. Every scope is read-only. Generate a key in"
    " Settings, API Keys, and send it as `Authorization: Bearer <key>`.\n\n"
    "To follow changes, keep the `as_of` of a list's first page and send it as"
    " `updated_since` the next time. Leave balances have no `updated_since`: send the"
    " `ETag` you have as `If-None-Match`, and 304 says that nothing has changed.\n\n"
    "For anything this reference doesn't answer, and for a write integration, write to"
    " support."
)


@cache
def document() -> Schema:
    """Return the document; there is no organisation's data in it."""
    described = endpoints()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Your HR Toolkit external API",
            "version": VERSION,
            "description": DESCRIPTION,
            "contact": {"name": "Support", "email": settings.SUPPORT_EMAIL},
        },
        "servers": [{"url": (settings.PUBLIC_URL or "") + PREFIX.rstrip("/")}],
        "security": [{"key": []}],
        "paths": {address(endpoint): path_item(endpoint) for endpoint in described},
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key, from Settings, API Keys.",
                }
            },
            "parameters": {"IfNoneMatch": IF_NONE_MATCH},
            "headers": {name: header(name) for name in HEADERS},
            "responses": {name: problem_response(name) for name in PROBLEMS},
            "schemas": schemas(described),
        },
    }


@cache
def answer() -> Answer:
    """Return the document as it is served."""
    body = msgspec.json.encode(document())
    return Answer(body, etag(body))


def address(endpoint: Endpoint) -> str:
    """Return an endpoint's path as a template."""
    return f"/{endpoint.path}" + ("/{id}" if endpoint.takes_id else "")


def path_item(endpoint: Endpoint) -> Schema:
    """Describe one address."""
    name = endpoint.path.replace("/", "_")
    operation = f"get_{name}_by_id" if endpoint.takes_id else f"get_{name}"
    item: Schema = {
        "get": {
            "operationId": operation,
            "summary": endpoint.summary,
            "tags": [endpoint.path.partition("/")[0]],
            "security": [{"key": [endpoint.scope] if endpoint.scope else []}],
            "parameters": [
                *map(parameter, query.parameters(endpoint.query).values()),
                {"$ref": "#/components/parameters/IfNoneMatch"},
            ],
            "responses": responses(endpoint),
        }
    }
    if endpoint.takes_id:
        item["parameters"] = [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "examples": ["42"]},
                "description": "As a list gives it.",
            }
        ]
    return item


def parameter(parameter: query.Parameter) -> Schema:
    """Describe one parameter of a query."""
    schema = msgspec.json.schema(parameter.kind)
    if parameter.kind is query.Limit:
        schema["default"] = query.DEFAULT_LIMIT
    return {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.meaning} It {parameter.expectation}.".strip(),
        "schema": schema,
    }


def responses(endpoint: Endpoint) -> Schema:
    """Describe every answer of an endpoint."""
    names = {
        "400": "BadRequest",
        "401": "Unauthorized",
        "403": "Forbidden",
        **({"404": "NotFound"} if endpoint.takes_id else {}),
        "429": "TooManyRequests",
        "500": "ServerError",
        "503": "Unavailable",
    }
    link = ("Link",) if isinstance(endpoint, List) else ()
    return {
        "200": {
            "description": "The data.",
            "headers": references((*AUTHENTICATED, "ETag", *link)),
            "content": {
                "application/json": {
                    "schema": body_schema(endpoint),
                    "example": body_example(endpoint),
                }
            },
        },
        "304": {
            "description": "You have this data already.",
            "headers": references((*AUTHENTICATED, "ETag")),
        },
    } | {
        status: {"$ref": f"#/components/responses/{name}"}
        for status, name in names.items()
    }


def body_schema(endpoint: Endpoint) -> Schema:
    """Return the schema of a successful answer's body."""
    record = {"$ref": f"#/components/schemas/{schema_name(endpoint.representation)}"}
    properties: Schema = {"data": record}
    if isinstance(endpoint, List):
        properties = {
            "data": {"type": "array", "items": record},
            "pagination": {"$ref": "#/components/schemas/Pagination"},
        }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def body_example(endpoint: Endpoint) -> Any:
    """Return the body of a successful answer."""
    record = msgspec.to_builtins(endpoint.example)
    if not isinstance(endpoint, List):
        return {"data": record}
    pagination = {
        "limit": query.DEFAULT_LIMIT,
        "has_more": True,
        "next_cursor": CURSOR_EXAMPLE,
        "as_of": "2026-07-01T04:25:00Z",
    }
    return {"data": [record], "pagination": pagination}


def schema_name(struct: type[msgspec.Struct]) -> str:
    """Return what a schema is called outside."""
    return struct.__name__.removesuffix("Representation")


def schemas(described: list[Endpoint]) -> Schema:
    """Return the schemas of everything that stands in a body."""
    structs: list[Any] = [ProblemDetails, Pagination]
    structs += {endpoint.representation: None for endpoint in described}
    _, components = msgspec.json.schema_components(structs)
    for struct in structs:
        schema = components[struct.__name__]
        schema["title"] = schema_name(struct)
    return {schema["title"]: schema for schema in components.values()}
