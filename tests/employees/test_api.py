"""``/employees`` and ``/key``: what integrations read."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from employees.models import Employee
from hrtoolkit.api import statements
from tests.factories import EmployeeFactory, generated_key
from tests.integration import get

pytestmark = pytest.mark.django_db

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


@pytest.mark.parametrize(
    ("path", "queries"), [("/key", 1), ("/employees", 2), ("/employees/{}", 1)]
)
def test_a_valid_request_costs_at_most_two_queries(
    monkeypatch: pytest.MonkeyPatch, path: str, queries: int
) -> None:
    record, token = employee()
    count = 0
    fetch = statements.fetch

    def counting(*args: object) -> object:
        nonlocal count
        count += 1
        return fetch(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(statements, "fetch", counting)
    with CaptureQueriesContext(connection) as context:
        assert get(path.format(record.pk), token).status_code == 200
    assert count == queries
    # Django's own cursor, which only SQLite's statements use, saw no more.
    assert len(context) in (0, queries)


def test_a_malformed_key_costs_no_query() -> None:
    with CaptureQueriesContext(connection) as context:
        response = get("/employees", authorization="Bearer yhrtk_" + "0" * 38)
    assert response.status_code == 401
    assert len(context) == 0
