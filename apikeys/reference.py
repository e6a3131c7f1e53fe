"""The endpoint reference for people, from the declarations of the endpoints."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from apikeys.models import APIKey
from apikeys.scopes import Scope
from hrtoolkit.api import openapi, query
from hrtoolkit.api.endpoint import PREFIX, Endpoint
from hrtoolkit.api.registry import endpoints

FORMATS = {
    "date": "date",
    "date-time": "instant",
    "decimal": "decimal text",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One endpoint, as the page shows it."""

    anchor: str
    address: str
    summary: str
    parameters: list[query.Parameter]
    fields: list[tuple[str, str]]
    example: str
    curl: str
    python: str


@dataclass(frozen=True, slots=True)
class Section:
    """What one scope opens, and which active keys have it."""

    scope: str
    label: str
    entries: list[Entry]
    keys: list[APIKey]


def sections(base: str, keys: Iterable[APIKey]) -> list[Section]:
    """Return what any key opens, and then what each scope opens.

    ``base`` is where the API is, such as ``https://hr.example``.
    """
    keys = list(keys)
    scopes = [("", "Any valid key"), *Scope.choices]
    return [
        Section(
            scope,
            label,
            [entry(e, base) for e in endpoints() if (e.scope or "") == scope],
            [key for key in keys if scope in key.scopes],
        )
        for scope, label in scopes
    ]


def entry(endpoint: Endpoint, base: str) -> Entry:
    """Describe one endpoint."""
    path = openapi.address(endpoint)
    example: Any = msgspec.to_builtins(endpoint.example)
    url = f"{base}{PREFIX.rstrip('/')}{path.replace('{id}', str(example.get('id')))}"
    return Entry(
        anchor=path.strip("/").replace("/", "-").replace("{id}", "one"),
        address=PREFIX.rstrip("/") + path,
        summary=endpoint.summary,
        parameters=list(query.parameters(endpoint.query).values()),
        fields=fields_of(endpoint),
        example=json.dumps(
            openapi.body_example(endpoint), indent=2, ensure_ascii=False
        ),
        curl=f'curl -H "Authorization: Bearer $API_KEY" \\\n  "{url}"',
        python=(
            f'answer = requests.get(\n    "{url}",\n'
            """    headers={"Authorization": f"Bearer {os.environ['API_KEY']}"},\n)\n"""
            'answer.raise_for_status()\nprint(answer.json()["data"])'
        ),
    )


def fields_of(endpoint: Endpoint) -> list[tuple[str, str]]:
    """Return the fields of an endpoint's objects, and what each holds."""
    _, components = msgspec.json.schema_components([endpoint.representation])
    properties = components[endpoint.representation.__name__]["properties"]
    return [(name, in_words(schema)) for name, schema in properties.items()]


def in_words(schema: dict[str, Any]) -> str:
    """Return what a JSON schema allows, as people say it."""
    if "anyOf" in schema:
        return " or ".join(in_words(part) for part in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema["type"] == "array":
        return f"list of {in_words(schema['items'])}"
    words = {"string": "text", "integer": "whole number", "null": "null"}
    return FORMATS.get(schema.get("format", ""), words.get(schema["type"], "value"))
