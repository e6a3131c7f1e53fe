"""What a record has to be, in the form and in the database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tests.factories import (
    EXAMPLE,
    EmployeeFactory,
    GoalFactory,
    LeaveBalanceFactory,
    LeaveRequestFactory,
    PerformanceReviewFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, tzinfo=UTC)

CONTRADICTIONS: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (LeaveRequestFactory, {"hours": Decimal(0)}, "greater than or equal to 0.01"),
    (LeaveRequestFactory, {"hours": Decimal(-1)}, "greater than or equal to 0.01"),
    (LeaveRequestFactory, {"end_date": date(2026, 1, 1)}, "before the first"),
    (LeaveRequestFactory, {"status": "approved", "decided_at": None}, "was decided"),
    (LeaveRequestFactory, {"status": "declined", "decided_at": None}, "was decided"),
    (LeaveRequestFactory, {"decided_at": NOW}, "not decided yet"),
    (PerformanceReviewFactory, {"rating": 0}, "greater than or equal to 1"),
    (PerformanceReviewFactory, {"rating": 6}, "less than or equal to 5"),
    (PerformanceReviewFactory, {"status": "signed_off"}, "says when"),
    (PerformanceReviewFactory, {"signed_off_at": NOW}, "says when"),
    (PerformanceReviewFactory, {"period_end": date(2020, 1, 1)}, "before it starts"),
    (GoalFactory, {"progress": 101}, "less than or equal to 100"),
]


@pytest.mark.parametrize(("factory", "fields", "message"), CONTRADICTIONS)
def test_a_contradiction_is_refused_by_name_and_by_the_database(
    factory: Callable[..., Any], fields: dict[str, Any], message: str
) -> None:
    record = factory()
    for name, value in fields.items():
        setattr(record, name, value)
    with pytest.raises(ValidationError, match=message):
        record.full_clean()
    with pytest.raises(IntegrityError):
        record.save()


def test_there_is_one_balance_of_each_type() -> None:
    balance = LeaveBalanceFactory()
    twin = LeaveBalanceFactory.build(employee=balance.employee)
    with pytest.raises(ValidationError, match="has a balance of this type"):
        twin.full_clean()
    with pytest.raises(IntegrityError):
        twin.save()


def test_there_is_one_review_of_a_period() -> None:
    review = PerformanceReviewFactory()
    twin = PerformanceReviewFactory.build(
        employee=review.employee,
        reviewer=review.reviewer,
        period_name=review.period_name,
    )
    with pytest.raises(ValidationError, match="has a review of this period"):
        twin.full_clean()
    with pytest.raises(IntegrityError):
        twin.save()


def test_nobody_reviews_themselves() -> None:
    review = PerformanceReviewFactory()
    review.reviewer = review.employee
    with pytest.raises(ValidationError, match="Nobody reviews themselves"):
        review.full_clean()
    with pytest.raises(IntegrityError):
        review.save()


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (LeaveBalanceFactory, "employee"),
        (LeaveRequestFactory, "employee"),
        (PerformanceReviewFactory, "employee"),
        (PerformanceReviewFactory, "reviewer"),
        (GoalFactory, "employee"),
    ],
)
def test_people_of_another_organisation_are_refused(
    factory: Callable[..., Any], field: str
) -> None:
    record = factory()
    setattr(record, field, EmployeeFactory())
    with pytest.raises(ValidationError, match="another organisation") as caught:
        record.full_clean()
    assert list(caught.value.message_dict) == [field]


def test_a_goal_belongs_to_a_review_of_the_same_person() -> None:
    goal = GoalFactory()
    goal.review = PerformanceReviewFactory(employee=goal.employee)
    goal.full_clean()
    colleague = EmployeeFactory(organisation=goal.organisation)
    goal.review = PerformanceReviewFactory(employee=colleague)
    with pytest.raises(ValidationError, match="the review of someone else"):
        goal.full_clean()
    goal.review = PerformanceReviewFactory()
    with pytest.raises(ValidationError, match="another organisation"):
        goal.full_clean()


LINES = "One.\r\nTwo.\n\tThree — with an ’ and 王."


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (LeaveRequestFactory, "note"),
        (PerformanceReviewFactory, "self_assessment"),
        (PerformanceReviewFactory, "manager_assessment"),
        (PerformanceReviewFactory, "pay_recommendation"),
        (GoalFactory, "description"),
    ],
)
def test_a_long_text_may_have_lines_but_no_key_and_nothing_invisible(
    factory: Callable[..., Any], field: str
) -> None:
    record = factory()
    setattr(record, field, LINES)
    record.full_clean()
    for refused in (
        f"Mine is\n{EXAMPLE}",
        "zero\u200bwidth",
        "over\u202eride",
        "\0",
    ):
        setattr(record, field, refused)
        with pytest.raises(ValidationError) as caught:
            record.full_clean()
        assert list(caught.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("factory", "field"),
    [(PerformanceReviewFactory, "period_name"), (GoalFactory, "title")],
)
def test_a_short_text_is_one_line(factory: Callable[..., Any], field: str) -> None:
    record = factory()
    setattr(record, field, "Two\nlines")
    with pytest.raises(ValidationError, match="invisible character"):
        record.full_clean()


@pytest.mark.parametrize(
    ("factory", "text"),
    [
        (LeaveBalanceFactory, "Annual leave of Sam Worker (E1)"),
        (LeaveRequestFactory, "Annual leave of Sam Worker (E1) from 2026-09-28"),
        (PerformanceReviewFactory, "FY2026 of Sam Worker (E1)"),
        (GoalFactory, "Rest (Sam Worker (E1))"),
    ],
)
def test_a_record_says_whose_it_is(factory: Callable[..., Any], text: str) -> None:
    sam = EmployeeFactory.build(family_name="Worker", employee_number="E1")
    record = factory.build(employee=sam)  # type: ignore[attr-defined]  # a factory
    for name, value in (("period_name", "FY2026"), ("title", "Rest")):
        if hasattr(record, name):
            setattr(record, name, value)
    assert str(record) == text
