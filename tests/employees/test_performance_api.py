"""``/performance``: reviews and goals, as integrations read them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from apikeys.services import Generated
from employees.models import Employee, GoalStatus, PerformanceReview, ReviewStatus
from tests.factories import (
    EmployeeFactory,
    GoalFactory,
    PerformanceReviewFactory,
    generated_key,
)
from tests.integration import get, problem

pytestmark = pytest.mark.django_db

WRITTEN = ("self_assessment", "manager_assessment", "rating")


@pytest.fixture
def generated() -> Generated:
    return generated_key(scopes=["read:performance"])


@pytest.fixture
def employee(generated: Generated) -> Employee:
    return EmployeeFactory(organisation=generated.api_key.organisation)


def read(generated: Generated, path: str) -> Any:
    response = get(f"/performance/{path}", generated.token)
    assert response.status_code == 200, response.content
    return response.json()["data"]


def ids(generated: Generated, path: str) -> set[str]:
    return {record["id"] for record in read(generated, path)}


def test_a_review_as_integrations_see_one(
    generated: Generated, employee: Employee
) -> None:
    review = PerformanceReviewFactory(
        employee=employee,
        period_name="FY2026",
        status=ReviewStatus.SIGNED_OFF,
        signed_off_at=datetime(2026, 8, 14, 4, 5, 6, tzinfo=UTC),
        created_at=datetime(2026, 6, 1, 1, 2, 3, tzinfo=UTC),
    )
    review.refresh_from_db()
    data = read(generated, f"reviews/{review.pk}")
    assert list(data.items()) == [
        ("id", str(review.pk)),
        ("employee_id", str(employee.pk)),
        ("reviewer_id", str(review.reviewer_id)),
        ("period_name", "FY2026"),
        ("period_start", "2025-07-01"),
        ("period_end", "2026-06-30"),
        ("status", "signed_off"),
        ("self_assessment", "I did well.\n\nVery well."),
        ("manager_assessment", "She did well."),
        ("rating", 4),
        ("signed_off_at", "2026-08-14T04:05:06Z"),
        ("created_at", "2026-06-01T01:02:03Z"),
        ("updated_at", data["updated_at"]),
    ]
    assert datetime.fromisoformat(data["updated_at"]) == review.updated_at
    assert read(generated, "reviews") == [data]


@pytest.mark.parametrize("status", ReviewStatus.values)
def test_what_was_written_shows_once_it_is_signed_off(
    generated: Generated, employee: Employee, status: str
) -> None:
    signed_off = status == ReviewStatus.SIGNED_OFF
    review = PerformanceReviewFactory(
        employee=employee,
        status=status,
        signed_off_at=datetime(2026, 8, 14, tzinfo=UTC) if signed_off else None,
    )
    for data in (*read(generated, "reviews"), read(generated, f"reviews/{review.pk}")):
        shown = [data[name] for name in WRITTEN]
        if signed_off:
            assert shown == [getattr(review, name) for name in WRITTEN]
        else:
            assert shown == [None, None, None]


def test_what_was_written_hides_again_when_a_sign_off_is_taken_back(
    generated: Generated, employee: Employee
) -> None:
    review = PerformanceReviewFactory(employee=employee, signed_off=True)
    assert read(generated, f"reviews/{review.pk}")["rating"] == review.rating
    PerformanceReview.objects.update(status=ReviewStatus.DISCUSSION, signed_off_at=None)
    assert read(generated, f"reviews/{review.pk}")["rating"] is None


def test_a_goal_as_integrations_see_one(
    generated: Generated, employee: Employee
) -> None:
    review = PerformanceReviewFactory(employee=employee)
    goal = GoalFactory(
        employee=employee,
        review=review,
        title="Halve the waiting time",
        description="At the dock.\n\tBy Christmas.",
        status=GoalStatus.IN_PROGRESS,
        progress=60,
        due_date=date(2026, 12, 18),
        created_at=datetime(2026, 7, 6, 1, 2, 3, tzinfo=UTC),
    )
    data = read(generated, f"goals/{goal.pk}")
    assert list(data.items()) == [
        ("id", str(goal.pk)),
        ("employee_id", str(employee.pk)),
        ("review_id", str(review.pk)),
        ("title", "Halve the waiting time"),
        ("description", "At the dock.\n\tBy Christmas."),
        ("status", "in_progress"),
        ("progress", 60),
        ("due_date", "2026-12-18"),
        ("created_at", "2026-07-06T01:02:03Z"),
        ("updated_at", data["updated_at"]),
    ]
    assert read(generated, "goals") == [data]


def test_a_goal_needs_neither_review_nor_due_date(
    generated: Generated, employee: Employee
) -> None:
    goal = GoalFactory(employee=employee)
    data = read(generated, f"goals/{goal.pk}")
    assert (data["review_id"], data["due_date"]) == (None, None)


@pytest.mark.parametrize(
    ("path", "factory"),
    [("reviews", PerformanceReviewFactory), ("goals", GoalFactory)],
)
def test_records_are_found_by_employee_and_status(
    generated: Generated, employee: Employee, path: str, factory: Any
) -> None:
    other = EmployeeFactory(organisation=employee.organisation)
    own = factory(employee=employee)
    others = factory(employee=other)
    elsewhere = factory()
    both = {str(own.pk), str(others.pk)}
    unused = "self_assessment" if path == "reviews" else "cancelled"
    for query, expected in {
        "": both,
        f"employee_id={employee.pk}": {str(own.pk)},
        f"employee_id={elsewhere.employee_id}": set(),
        f"status={own.status}": both,
        f"status={own.status}&employee_id={other.pk}": {str(others.pk)},
        f"status={unused}": set(),
        "updated_since=2026-01-01T00:00:00Z": both,
        "updated_since=2100-01-01T00:00:00Z": set(),
    }.items():
        assert ids(generated, f"{path}?{query}") == expected


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("reviews?employee_id=01", "employee_id"),
        ("reviews?status=done", "status"),
        ("reviews?rating=5", "rating"),
        ("goals?employee_id=", "employee_id"),
        ("goals?status=signed_off", "status"),
        ("goals?review_id=1", "review_id"),
    ],
)
def test_what_cannot_be_asked_for_is_named(
    generated: Generated, query: str, parameter: str
) -> None:
    response = get(f"/performance/{query}", generated.token)
    assert response.status_code == 400
    assert problem(response)["parameter"] == parameter
