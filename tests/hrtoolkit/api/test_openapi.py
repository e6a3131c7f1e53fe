"""The OpenAPI document: served to anybody, true, and without data."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apikeys.scopes import Scope
from hrtoolkit.api.openapi import document
from hrtoolkit.api.registry import endpoints
from tests.factories import EmployeeFactory, generated_key, limited_key
from tests.integration import get, problem

pytestmark = pytest.mark.django_db


def test_anybody_may_read_it() -> None:
    with CaptureQueriesContext(connection) as context:
        response = get("/openapi.json")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == document()
    assert len(context) == 0


def test_it_can_be_kept() -> None:
    etag = get("/openapi.json").headers["ETag"]
    assert get("/openapi.json", **{"if-none-match": etag}).status_code == 304


def test_the_other_checks_hold_for_it() -> None:
    assert get("/openapi.json", method="OPTIONS").status_code == 204
    assert problem(get("/openapi.json", method="POST"))["status"] == 405
    assert problem(get("/openapi.json/"))["status"] == 404


def test_it_names_every_endpoint_and_its_scope() -> None:
    paths = document()["paths"]
    assert len(paths) == len(endpoints())
    named = {path: item["get"]["security"][0]["key"] for path, item in paths.items()}
    assert named["/key"] == []
    assert named["/employees/{id}"] == ["read:employees"]
    assert {scope for scopes in named.values() for scope in scopes} <= set(Scope)


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(document())
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        target = document()
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target


def test_an_example_has_the_fields_of_an_answer() -> None:
    generated = generated_key()
    employee = EmployeeFactory(organisation=generated.api_key.organisation)
    for path, address in (
        ("/key", "/key"),
        ("/employees", "/employees"),
        ("/employees/{id}", f"/employees/{employee.pk}"),
    ):
        answer = document()["paths"][path]["get"]["responses"]["200"]
        example = answer["content"]["application/json"]["example"]
        real = get(address, generated.token).json()
        assert example.keys() == real.keys()
        shown, given = example["data"], real["data"]
        if isinstance(shown, list):
            [shown], given = shown, given[0]
            assert example["pagination"].keys() == real["pagination"].keys()
        assert shown.keys() == given.keys()


def test_an_error_has_an_example_of_each_of_its_reasons() -> None:
    responses = document()["components"]["responses"]
    forbidden = responses["Forbidden"]["content"]["application/problem+json"]
    refused = get("/employees", generated_key(scopes=["read:leave"]).token)
    token = limited_key("192.0.2.0/24").token
    for response in (refused, get("/employees", token)):
        real = problem(response)
        shown = forbidden["examples"][real["type"].rpartition(":")[2]]["value"]
        assert shown.keys() == real.keys()
        assert shown["title"] == real["title"]
    assert len(forbidden["examples"]) == 2


def test_two_reasons_of_one_kind_have_an_example_each() -> None:
    response = document()["components"]["responses"]["TooManyRequests"]
    assert response["description"] == "Too many requests"
    shown = response["content"]["application/problem+json"]["examples"].values()
    assert len({example["value"]["detail"] for example in shown}) == 2


@pytest.mark.parametrize(
    ("path", "authorization", "name"),
    [
        ("/employees?limit=0", None, "BadRequest"),
        ("/employees?page=2", None, "BadRequest"),
        ("/employees", "Bearer ", "BadRequest"),
        ("/employees", "", "Unauthorized"),
        ("/employees", "Bearer x", "Unauthorized"),
    ],
)
def test_a_newcomers_mistake_is_described(
    path: str, authorization: str | None, name: str
) -> None:
    if authorization is None:
        authorization = f"Bearer {generated_key().token.reveal()}"
    answer = get(path, authorization=authorization)
    described = document()["components"]["responses"][name]
    shown = described["content"]["application/problem+json"]["examples"]
    assert problem(answer)["type"].rpartition(":")[2] in shown
    assert set(answer.headers) & {"WWW-Authenticate"} <= set(described["headers"])


def test_every_parameter_has_a_meaning_and_every_instant_its_format() -> None:
    described = document()
    for path in described["paths"].values():
        for parameter in path["get"]["parameters"]:
            assert not parameter.get("description", "").startswith("It ")
    pagination = described["components"]["schemas"]["Pagination"]
    assert pagination["properties"]["as_of"]["format"] == "date-time"


def test_every_header_of_an_answer_is_described() -> None:
    generated = generated_key()
    EmployeeFactory.create_batch(2, organisation=generated.api_key.organisation)
    described = document()["paths"]["/employees"]["get"]["responses"]["200"]["headers"]
    response = get("/employees?limit=1", generated.token)
    ours = set(response.headers) - {
        "Content-Type",
        "Content-Length",
        # For browsers, which integrations are not.
        "Content-Security-Policy",
        "X-Content-Type-Options",
    }
    assert ours == set(described)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("export_openapi")
    assert json.loads(capsys.readouterr().out) == document()
