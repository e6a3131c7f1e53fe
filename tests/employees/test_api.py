"""``/employees``, ``/key``, and what every endpoint has in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from employees.api import ENDPOINTS
from employees.models import Employee
from hrtoolkit.api.endpoint import Endpoint
from hrtoolkit.api.statements import Statement
from hrtoolkit.organisations.models import Organisation
from tests.factories import (
    EmployeeFactory,
    GoalFactory,
    LeaveBalanceFactory,
    LeaveRequestFactory,
    PerformanceReviewFactory,
    generated_key,
)
from tests.integration import get

pytestmark = pytest.mark.django_db

PRIVATE = "between us and no integration"

FIELDS = [
    "id",
    "employee_number",
    "given_name",
    "family_name",
    "preferred_name",
    "email",
    "phone",
    "job_title",
    "department",
    "location",
    "state",
    "manager_id",
    "employment_type",
    "hours_per_week",
    "start_date",
    "end_date",
    "status",
    "created_at",
    "updated_at",
]


def employee(**fields: object) -> tuple[Employee, object]:
    generated = generated_key(scopes=["read:employees"])
    record = EmployeeFactory(organisation=generated.api_key.organisation, **fields)
    return record, generated.token


def test_an_employee_as_integrations_see_one() -> None:
    record, token = employee(
        given_name="Zoë",
        family_name="O’Brien-王",
        hours_per_week=Decimal("22.5"),
        start_date=date(2024, 2, 29),
    )
    data = get(f"/employees/{record.pk}", token).json()["data"]
    assert list(data) == FIELDS
    assert data["id"] == str(record.pk)
    assert (data["given_name"], data["family_name"]) == ("Zoë", "O’Brien-王")
    assert data["hours_per_week"] == "22.50"
    assert (data["start_date"], data["end_date"]) == ("2024-02-29", None)
    assert data["manager_id"] is None
    assert data["created_at"].endswith("Z")
    assert data["updated_at"].endswith("Z")


@pytest.mark.parametrize("hours", ["0", "0.00", "38", "100.00", "168"])
def test_hours_are_plain_decimals(hours: str) -> None:
    record, token = employee(hours_per_week=Decimal(hours))
    data = get(f"/employees/{record.pk}", token).json()["data"]
    assert data["hours_per_week"] == f"{Decimal(hours):.2f}"


def test_the_list_and_the_object_agree() -> None:
    record, token = employee()
    manager = EmployeeFactory(organisation=record.organisation)
    record.manager = manager
    record.save()
    data = get(f"/employees/{record.pk}", token).json()["data"]
    assert data["manager_id"] == str(manager.pk)
    assert data in get("/employees", token).json()["data"]


def test_the_key_tells_about_itself() -> None:
    generated = generated_key(name="Payroll", scopes=["read:leave"])
    key = generated.api_key
    data = get("/key", generated.token).json()["data"]
    assert data == {
        "name": "Payroll",
        "fingerprint": key.fingerprint,
        "scopes": ["read:leave"],
        "created_at": key.created_at.isoformat().replace("+00:00", "Z"),
        "expires_at": None,
        "organisation": key.organisation.name,
    }


@pytest.fixture
def records() -> tuple[Organisation, dict[str, Any]]:
    """A record behind every endpoint that has some, by the endpoint's path."""
    record = EmployeeFactory()
    review = PerformanceReviewFactory(
        employee=record, signed_off=True, pay_recommendation=f"Pay: {PRIVATE}"
    )
    return record.organisation, {
        "employees": record,
        "leave/balances": LeaveBalanceFactory(employee=record),
        "leave/requests": LeaveRequestFactory(
            employee=record, status="approved", note=f"Why: {PRIVATE}"
        ),
        "performance/reviews": review,
        "performance/goals": GoalFactory(employee=record, review=review),
    }


@pytest.mark.parametrize(
    "endpoint", ENDPOINTS, ids=lambda e: f"{type(e).__name__} {e.path}"
)
def test_each_endpoint_answers_in_few_queries_and_keeps_what_is_private(
    monkeypatch: pytest.MonkeyPatch,
    records: tuple[Organisation, dict[str, Any]],
    endpoint: Endpoint,
) -> None:
    organisation, record_of = records
    token = generated_key(organisation=organisation).token
    path = f"/{endpoint.path}"
    if endpoint.takes_id:
        path += f"/{record_of[endpoint.path].pk}"
    with counted(monkeypatch) as fetched:
        response = get(path, token)
    assert response.status_code == 200
    assert response.json()["data"]
    assert len(fetched) == (1 if endpoint.takes_id else 2)
    assert PRIVATE not in response.content.decode()


def test_the_key_costs_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    token = generated_key().token
    with counted(monkeypatch) as fetched:
        assert get("/key", token).status_code == 200
    assert len(fetched) == 1


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Statement]]:
    """Collect what is asked of the database, and see that nothing else is."""
    fetched: list[Statement] = []
    fetch = Statement.fetch

    def counting(statement: Statement, *args: Any) -> Any:
        fetched.append(statement)
        return fetch(statement, *args)

    monkeypatch.setattr(Statement, "fetch", counting)
    with CaptureQueriesContext(connection) as context:
        yield fetched
    # Django's own cursor, which only SQLite's statements use, saw no more.
    assert len(context) in (0, len(fetched))


def test_a_malformed_key_costs_no_query() -> None:
    with CaptureQueriesContext(connection) as context:
        response = get("/employees", authorization="Bearer yhrtk_" + "0" * 38)
    assert response.status_code == 401
    assert len(context) == 0
