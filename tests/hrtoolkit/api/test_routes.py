"""The methods and paths that are answered, and the ids in them."""

import pytest
from django.test import Client

from apikeys import services
from tests.factories import EXAMPLE, EmployeeFactory
from tests.integration import get, problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "X"])
def test_any_other_method(generated: services.Generated, method: str) -> None:
    response = get("/employees", generated.token, method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    problem(response)


def test_options_needs_no_key() -> None:
    response = get("/employees", method="OPTIONS")
    assert response.status_code == 204
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.content == b""


def test_head_is_get_without_the_body(generated: services.Generated) -> None:
    whole, head = (get("/key", generated.token, method) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/employees/",
        "/Employees",
        "/employees/1/",
        "/employees//1",
        "/employees/1/2",
        "/key/1",
        "/nothing",
        "//employees",
        "/../external/employees",
        "/employees%00",
        "/" + EXAMPLE,
        "/" + "9" * 4000,
    ],
)
def test_an_address_where_nothing_is(generated: services.Generated, path: str) -> None:
    for token in (None, generated.token):
        for method in ("GET", "POST", "OPTIONS", "HEAD"):
            response = get(path, token, method)
            assert response.status_code == 404
            assert response.headers["Content-Type"] == "application/problem+json"
            assert "Location" not in response.headers
            assert EXAMPLE not in response.content.decode()


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/internal", "/api/v2/x.html"])
def test_all_of_api_answers_with_problems(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    problem(response)


def test_foreign_and_unknown_ids_answer_alike(generated: services.Generated) -> None:
    foreign = EmployeeFactory().pk
    answers = []
    unknown = (999_999, "9" * 18, "9" * 19, "9" * 4000, "0", "-1", "1.0")
    for record_id in (foreign, *unknown):
        response = get(f"/employees/{record_id}", generated.token)
        assert response.status_code == 404
        answers.append({**problem(response), "request_id": ""})
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    "write", ["0{}", "+{}", " {}", "{}.0", "{}%20", "{}%0A", "{}_0"]
)
def test_an_id_has_one_spelling(generated: services.Generated, write: str) -> None:
    employee = EmployeeFactory(organisation=generated.api_key.organisation)
    assert get(f"/employees/{employee.pk}", generated.token).status_code == 200
    path = f"/employees/{write.format(employee.pk)}"
    assert get(path, generated.token).status_code == 404
