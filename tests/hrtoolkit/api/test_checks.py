"""The error table and the order of checks (contract, section 5)."""

from typing import Any

import pytest
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.test import Client
from pytest_django import Settings

from apikeys import services
from hrtoolkit.api import limits
from hrtoolkit.api.listing import List
from hrtoolkit.api.statements import Statement
from tests.factories import generated_key, limited_key
from tests.integration import get, problem

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError, 503), (DataError, 500)]
)
def test_a_key_learns_its_limit_even_where_its_answer_fails(
    generated: services.Generated,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    status: int,
) -> None:
    def broken(*args: Any) -> None:
        raise error

    monkeypatch.setattr(List, "answer", broken)
    response = get("/employees", generated.token)
    assert response.status_code == status
    assert {"RateLimit", "RateLimit-Policy"} <= response.headers.keys()


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
