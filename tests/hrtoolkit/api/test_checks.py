"""The error table and the order of checks (contract, section 5)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from apikeys import services
from apikeys.actors import Actor
from apikeys.tokens import new_token
from hrtoolkit.api import limits
from hrtoolkit.api.statements import Statement
from hrtoolkit.organisations.models import Organisation
from tests.factories import EXAMPLE, EmployeeFactory, generated_key, limited_key
from tests.integration import get, problem

pytestmark = pytest.mark.django_db

REALM = 'Bearer realm="Your HR Toolkit"'


@pytest.fixture
def generated() -> services.Generated:
    return generated_key(scopes=["read:employees"])


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic dXNlcjpwYXNz",
        "Bearerx",
        "Token abc",
        f"Digest {EXAMPLE}",
        'Digest username="Mei, Tan", realm="a", qop=auth, nc = 1',
        'Digest realm="pay, roll out", qop=auth',
    ],
)
def test_without_credentials(header: str) -> None:
    response = get("/employees", authorization=header)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == REALM
    problem(response)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "bearer ",
        "Bearer    ",
        f"Bearer {EXAMPLE} {EXAMPLE}",
        f"Bearer {EXAMPLE},{EXAMPLE}",
        f"Bearer {EXAMPLE}, Bearer {EXAMPLE}",
        f"Bearer {EXAMPLE},bearer {EXAMPLE}",
        f"Basic dXNlcjpwYXNz,Bearer {EXAMPLE}",
        "Basic dXNlcjpwYXNz,Basic dXNlcjpwYXNz",
        "Basic dXNlcjpwYXNz, Digest realm=x",
        'Digest a="x, y",Bearer',
        "Basic x, Bearer, Token y",
    ],
)
def test_a_request_that_names_no_key_or_several(header: str) -> None:
    response = get("/employees", authorization=header)
    assert response.status_code == 400
    assert response.headers["WWW-Authenticate"] == f'{REALM}, error="invalid_request"'
    assert EXAMPLE not in problem(response)["detail"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_scheme_is_case_insensitive(
    generated: services.Generated, scheme: str
) -> None:
    header = f"{scheme} {generated.token.reveal()}"
    assert get("/employees", authorization=header).status_code == 200


def dead_keys() -> dict[str, Callable[[services.Generated], str]]:
    def revoked(generated: services.Generated) -> str:
        services.revoke(generated.api_key, actor=Actor("Somebody"))
        return generated.token.reveal()

    def expired(generated: services.Generated) -> str:
        a_year_ago = timezone.now().replace(year=timezone.now().year - 1, day=1)
        dead = generated_key(at=a_year_ago, expires_on=a_year_ago.date().replace(day=3))
        return dead.token.reveal()

    def suspended(generated: services.Generated) -> str:
        Organisation.objects.update(suspended_at=timezone.now())
        return generated.token.reveal()

    return {
        "malformed": lambda generated: "abc",
        "mistyped": lambda generated: generated.token.reveal()[:-1] + "!",
        "too long": lambda generated: "a" * 10_000,
        "unknown": lambda generated: new_token().reveal(),
        "revoked": revoked,
        "expired": expired,
        "suspended": suspended,
    }


@pytest.mark.parametrize("case", dead_keys())
def test_every_key_that_doesnt_work_gets_the_same_answer(
    generated: services.Generated, case: str
) -> None:
    value = dead_keys()[case](generated)
    response = get("/employees", authorization=f"Bearer {value}")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == f'{REALM}, error="invalid_token"'
    assert problem(response) == {
        "type": "urn:yourhrtoolkit:problem:invalid-key",
        "title": "Invalid key",
        "status": 401,
        "detail": "This API key doesn't work. It may be mistyped, expired or revoked:"
        " an org admin can see which, in Settings, API Keys.",
        "request_id": response.headers["X-Request-Id"],
    }


@pytest.mark.parametrize("parameter", ["access_token", "key", "api_key"])
def test_a_key_in_the_query_string(
    generated: services.Generated, parameter: str
) -> None:
    path = f"/employees?{parameter}={generated.token.reveal()}"
    alone = get(path)
    assert alone.status_code == 401
    assert alone.headers["WWW-Authenticate"] == REALM
    beside = get(path, generated.token)
    assert beside.status_code == 400
    assert beside.headers["WWW-Authenticate"] == f'{REALM}, error="invalid_request"'
    for response in (alone, beside):
        assert generated.token.reveal() not in response.content.decode()


def test_a_key_hidden_in_the_query_string(generated: services.Generated) -> None:
    for query in (
        generated.token.reveal(),
        "a=%79" + generated.token.reveal()[1:],
        "ACCESS_TOKEN=x&access_token=abc",
    ):
        response = get(f"/employees?{query}", generated.token)
        assert response.status_code == 400
        assert generated.token.reveal() not in response.content.decode()


def test_a_missing_scope_is_named() -> None:
    response = get("/employees", generated_key(scopes=["read:leave"]).token)
    assert response.status_code == 403
    assert response.headers["WWW-Authenticate"] == (
        f'{REALM}, error="insufficient_scope", scope="read:employees"'
    )
    assert "read:employees" in problem(response)["detail"]


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


def test_a_key_has_its_own_limit(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 3)
    remaining = []
    for _ in range(3):
        response = get("/key", generated.token)
        assert response.status_code == 200
        assert response.headers["RateLimit-Policy"] == '"key";q=3;w=60'
        remaining.append(response.headers["RateLimit"].split(";")[1])
    assert remaining == ["r=2", "r=1", "r=0"]
    refused = get("/key", generated.token)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"key";r=0;t=')
    assert "3 requests a minute" in problem(refused)["detail"]
    assert get("/key", generated_key().token).status_code == 200


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, InternalError])
def test_without_a_database(
    generated: services.Generated,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
) -> None:
    def broken(*args: Any) -> None:
        raise error

    monkeypatch.setattr(Statement, "fetch", broken)
    response = get("/key", generated.token)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    problem(response)


def test_our_own_fault_is_logged_and_tells_nothing(
    generated: services.Generated,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*args: Any) -> None:
        raise DataError("telling")

    monkeypatch.setattr(Statement, "fetch", broken)
    response = get("/key", generated.token)
    assert response.status_code == 500
    assert "telling" not in response.content.decode()
    (fault,) = caplog.records
    assert fault.__dict__["request_id"] == problem(response)["request_id"]


def test_https_is_required_without_a_redirect(
    generated: services.Generated, settings: Settings
) -> None:
    settings.HTTPS = True
    response = get("/employees", generated.token)
    assert response.status_code == 403
    assert "Location" not in response.headers
    problem(response)
    header = {"authorization": f"Bearer {generated.token.reveal()}"}
    secure = Client().get("/api/external/employees", headers=header, secure=True)
    assert secure.status_code == 200


def test_the_checks_come_in_the_contracts_order(
    generated: services.Generated,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each request has every later fault too: the first check answers."""
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 0)
    token = generated_key(scopes=["read:leave"]).token
    elsewhere = limited_key("192.0.2.0/24", scopes=["read:leave"]).token
    settings.HTTPS = True
    bad_host = {"host": "elsewhere.example"}
    assert problem(get("/x", method="POST", **bad_host))["title"] == "Bad host"
    assert problem(get("/x", method="POST"))["title"] == "HTTPS required"
    settings.HTTPS = False
    assert problem(get("/x", method="POST"))["title"] == "Not found"
    path = "/employees/0?unknown=1"
    assert problem(get(path, method="POST"))["title"] == "Method not allowed"
    assert problem(get(path))["title"] == "Missing credentials"
    dead = {"authorization": "Bearer abc"}
    assert problem(get(path, **dead))["title"] == "Invalid key"
    assert problem(get(path, elsewhere))["title"] == "Too many requests"
    limits.own_counter.cache_clear()
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 600)
    assert problem(get(path, elsewhere))["title"] == "Address not allowed"
    assert problem(get(path, token))["title"] == "Insufficient scope"
    assert problem(get(path, generated.token))["title"] == "Unknown parameter"
    assert problem(get("/employees/0", generated.token))["title"] == "Not found"


def test_every_answer_carries_the_contracts_headers(
    generated: services.Generated,
) -> None:
    seen = set()
    for response in (
        get("/key", generated.token),
        get("/employees", generated.token),
        get("/employees"),
        get("/nothing"),
        get("/employees", method="OPTIONS"),
        get("/employees?limit=0", generated.token),
    ):
        assert response.headers["Cache-Control"] == "private, no-store"
        assert response.headers["Vary"] == "Authorization"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers
        seen.add(response.headers["X-Request-Id"])
    assert len(seen) == 6
