"""``/leave``: balances and requests, as integrations read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from apikeys.services import Generated
from employees.models import (
    Employee,
    LeaveBalance,
    LeaveRequest,
    LeaveStatus,
    LeaveType,
)
from tests.factories import (
    EmployeeFactory,
    LeaveBalanceFactory,
    LeaveRequestFactory,
    generated_key,
)
from tests.integration import get, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def generated() -> Generated:
    return generated_key(scopes=["read:leave"])


@pytest.fixture
def employee(generated: Generated) -> Employee:
    return EmployeeFactory(organisation=generated.api_key.organisation)


def read(generated: Generated, path: str) -> Any:
    response = get(f"/leave/{path}", generated.token)
    assert response.status_code == 200, response.content
    return response.json()["data"]


def ids(generated: Generated, path: str) -> set[str]:
    return {record["id"] for record in read(generated, path)}


def test_a_balance_as_integrations_see_one(
    generated: Generated, employee: Employee
) -> None:
    balance = LeaveBalanceFactory(employee=employee, accrued=Decimal("100.1"))
    for status, hours in (("approved", "7.6"), ("approved", "3"), ("pending", "38")):
        LeaveRequestFactory(employee=employee, status=status, hours=Decimal(hours))
    [data] = read(generated, "balances")
    assert list(data.items()) == [
        ("id", str(balance.pk)),
        ("employee_id", str(employee.pk)),
        ("leave_type", "annual"),
        ("accrued", "100.10"),
        ("taken", "10.60"),
        ("pending", "38.00"),
        ("available", "51.50"),
    ]


@pytest.mark.parametrize("accrued", ["0", "0.01", "76", "999999.99"])
def test_without_requests_all_is_available(
    generated: Generated, employee: Employee, accrued: str
) -> None:
    LeaveBalanceFactory(employee=employee, accrued=Decimal(accrued))
    [data] = read(generated, "balances")
    assert data["accrued"] == data["available"] == f"{Decimal(accrued):.2f}"
    assert data["taken"] == data["pending"] == "0.00"


@pytest.mark.parametrize("seed", range(5))
def test_balances_add_up_whatever_was_requested(
    generated: Generated, employee: Employee, seed: int
) -> None:
    random = Random(seed)  # noqa: S311  # chance, not secrecy
    people = [employee, EmployeeFactory(organisation=employee.organisation)]
    balances = [
        LeaveBalanceFactory(
            employee=person, leave_type=leave_type, accrued=hours(random)
        )
        for person in people
        for leave_type in (LeaveType.ANNUAL, LeaveType.LONG_SERVICE)
    ]
    requests = [
        LeaveRequestFactory(
            employee=random.choice(people),
            leave_type=random.choice(["annual", "long_service", "parental"]),
            status=random.choice(LeaveStatus.values),
            hours=hours(random),
        )
        for _ in range(60)
    ]

    def total(balance: LeaveBalance, status: str) -> Decimal:
        wanted = (balance.employee, balance.leave_type, status)
        return sum(
            (
                r.hours
                for r in requests
                if (r.employee, r.leave_type, r.status) == wanted
            ),
            Decimal(),
        )

    found = read(generated, "balances")
    assert len(found) == len(balances)
    for balance, data in zip(balances, found, strict=True):
        taken, pending = total(balance, "approved"), total(balance, "pending")
        assert data["id"] == str(balance.pk)
        assert data["taken"] == f"{taken:.2f}"
        assert data["pending"] == f"{pending:.2f}"
        assert data["available"] == f"{balance.accrued - taken - pending:.2f}"


def hours(random: Random) -> Decimal:
    return Decimal(random.randrange(1, 30_000)) / 100


def test_balances_of_an_employee_and_of_a_type(
    generated: Generated, employee: Employee
) -> None:
    other = EmployeeFactory(organisation=employee.organisation)
    annual = LeaveBalanceFactory(employee=employee)
    personal = LeaveBalanceFactory(
        employee=employee, leave_type=LeaveType.PERSONAL_CARERS
    )
    others = LeaveBalanceFactory(employee=other)
    elsewhere = LeaveBalanceFactory()
    for query, expected in {
        f"employee_id={employee.pk}": {annual, personal},
        "leave_type=annual": {annual, others},
        f"employee_id={employee.pk}&leave_type=personal_carers": {personal},
        f"employee_id={elsewhere.employee_id}": set(),
        "leave_type=parental": set(),
    }.items():
        found = ids(generated, f"balances?{query}")
        assert found == {str(balance.pk) for balance in expected}


def test_a_balance_is_no_object_of_its_own(
    generated: Generated, employee: Employee
) -> None:
    balance = LeaveBalanceFactory(employee=employee)
    assert get(f"/leave/balances/{balance.pk}", generated.token).status_code == 404


def test_a_request_as_integrations_see_one(
    generated: Generated, employee: Employee
) -> None:
    request = LeaveRequestFactory(
        employee=employee,
        leave_type=LeaveType.FAMILY_VIOLENCE,
        status=LeaveStatus.APPROVED,
        start_date=date(2026, 2, 27),
        end_date=date(2026, 3, 2),
        hours=Decimal("2.5"),
        note="Nobody else's business",
        created_at=datetime(2026, 2, 20, 1, 2, 3, tzinfo=UTC),
        decided_at=datetime(2026, 2, 21, 4, 5, 6, tzinfo=UTC),
    )
    request.refresh_from_db()
    data = read(generated, f"requests/{request.pk}")
    assert list(data.items()) == [
        ("id", str(request.pk)),
        ("employee_id", str(employee.pk)),
        ("leave_type", "family_domestic_violence"),
        ("status", "approved"),
        ("start_date", "2026-02-27"),
        ("end_date", "2026-03-02"),
        ("hours", "2.50"),
        ("decided_at", "2026-02-21T04:05:06Z"),
        ("created_at", "2026-02-20T01:02:03Z"),
        ("updated_at", data["updated_at"]),
    ]
    assert datetime.fromisoformat(data["updated_at"]) == request.updated_at
    assert read(generated, "requests") == [data]


@pytest.fixture
def requests(employee: Employee) -> dict[str, LeaveRequest]:
    """One request for a week in each status, and one elsewhere in the company."""
    week = {"start_date": date(2026, 9, 7), "end_date": date(2026, 9, 11)}
    found = {
        status: LeaveRequestFactory(employee=employee, status=status, **week)
        for status in LeaveStatus.values
    }
    found["other"] = LeaveRequestFactory(
        employee=EmployeeFactory(organisation=employee.organisation),
        leave_type=LeaveType.COMMUNITY_SERVICE,
        start_date=date(2026, 9, 14),
        end_date=date(2026, 9, 14),
    )
    LeaveRequestFactory()
    return found


WEEK = "pending approved declined cancelled"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", f"{WEEK} other"),
        ("status=pending", "pending other"),
        ("status=declined", "declined"),
        ("leave_type=community_service", "other"),
        ("leave_type=parental", ""),
        ("from=2026-09-11", f"{WEEK} other"),
        ("from=2026-09-12", "other"),
        ("from=2026-09-14", "other"),
        ("from=2026-09-15", ""),
        ("to=2026-09-06", ""),
        ("to=2026-09-07", WEEK),
        ("to=2026-09-13", WEEK),
        ("to=2026-09-14", f"{WEEK} other"),
        ("from=2026-09-09&to=2026-09-09", WEEK),
        ("from=2026-09-12&to=2026-09-13", ""),
        ("from=2026-09-01&to=2026-09-30&status=approved", "approved"),
        ("updated_since=2026-01-01T00:00:00Z&from=2026-09-12", "other"),
        ("updated_since=2100-01-01T00:00:00Z", ""),
    ],
)
def test_requests_are_found_by_what_they_are_and_when(
    generated: Generated,
    requests: dict[str, LeaveRequest],
    query: str,
    expected: str,
) -> None:
    found = ids(generated, f"requests?{query}")
    assert found == {str(requests[name].pk) for name in expected.split()}


def test_requests_of_an_employee(
    generated: Generated, requests: dict[str, LeaveRequest]
) -> None:
    person = requests["other"].employee_id
    assert ids(generated, f"requests?employee_id={person}") == {
        str(requests["other"].pk)
    }


def test_pages_of_some_days(
    generated: Generated, requests: dict[str, LeaveRequest]
) -> None:
    path = "requests?from=2026-09-01&to=2026-09-13&limit=3"
    first = get(f"/leave/{path}", generated.token)
    assert "from=2026-09-01&to=2026-09-13" in first.headers["Link"]
    cursor = first.json()["pagination"]["next_cursor"]
    assert len(read(generated, f"{path}&cursor={cursor}")) == 1
    moved = get(
        f"/leave/requests?from=2026-09-02&to=2026-09-13&cursor={cursor}",
        generated.token,
    )
    assert problem(moved)["parameter"] == "cursor"


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("balances?employee_id=x", "employee_id"),
        ("balances?leave_type=Annual", "leave_type"),
        ("balances?status=pending", "status"),
        ("balances?updated_since=2026-01-01T00:00:00Z", "updated_since"),
        ("requests?employee_id=0", "employee_id"),
        ("requests?leave_type=sick", "leave_type"),
        ("requests?status=taken", "status"),
        ("requests?status=pending&status=approved", "status"),
        ("requests?from=", "from"),
        ("requests?from=2026-02-29", "from"),
        ("requests?from=2026-7-1", "from"),
        ("requests?from=20260701", "from"),
        ("requests?from=2026-07-01T00:00:00Z", "from"),
        ("requests?from_=2026-07-01", "from_"),
        ("requests?to=tomorrow", "to"),
        ("requests?to=2026-07-01&to=2026-07-02", "to"),
    ],
)
def test_what_cannot_be_asked_for_is_named(
    generated: Generated, query: str, parameter: str
) -> None:
    response = get(f"/leave/{query}", generated.token)
    assert response.status_code == 400
    assert problem(response)["parameter"] == parameter
