"""``/performance``: reviews and goals."""

from datetime import UTC, date, datetime
from typing import Annotated

from django.db.models import Case, When

from apikeys.scopes import Scope
from employees.api.filters import OfEmployee
from employees.models import Goal, GoalStatus, PerformanceReview, ReviewStatus
from hrtoolkit.api.endpoint import Detail
from hrtoolkit.api.listing import List
from hrtoolkit.api.query import ChangesQuery, Instant, means, one_of
from hrtoolkit.api.records import Records, Representation, public_id

ReviewStatusValue = Annotated[str, one_of(ReviewStatus)]
GoalStatusValue = Annotated[str, one_of(GoalStatus)]


class ReviewRepresentation(Representation, frozen=True):
    """A review. What was written and the rating are null until it's signed off."""

    id: str
    employee_id: str
    reviewer_id: str
    period_name: str
    period_start: date
    period_end: date
    status: ReviewStatusValue
    self_assessment: str | None
    manager_assessment: str | None
    rating: int | None
    signed_off_at: Instant | None
    created_at: Instant
    updated_at: Instant


class GoalRepresentation(Representation, frozen=True):
    """A goal; one that belongs to a review names it."""

    id: str
    employee_id: str
    review_id: str | None
    title: str
    description: str
    status: GoalStatusValue
    progress: int
    due_date: date | None
    created_at: Instant
    updated_at: Instant


class ReviewsQuery(ChangesQuery, frozen=True, kw_only=True):
    """What narrows the list of reviews."""

    employee_id: OfEmployee = None
    status: Annotated[
        ReviewStatusValue | None, means("Only reviews with this status.")
    ] = None


class GoalsQuery(ChangesQuery, frozen=True, kw_only=True):
    """What narrows the list of goals."""

    employee_id: OfEmployee = None
    status: Annotated[GoalStatusValue | None, means("Only goals with this status.")] = (
        None
    )


def once_signed_off(column: str) -> Case:
    """Return a column that is null as long as the review is not signed off."""
    return Case(When(status=ReviewStatus.SIGNED_OFF, then=column))


REVIEWS = Records(
    rows=PerformanceReview.objects.all(),
    example=ReviewRepresentation(
        id="87",
        employee_id="42",
        reviewer_id="7",
        period_name="FY2026",
        period_start=date(2025, 7, 1),
        period_end=date(2026, 6, 30),
        status="signed_off",
        self_assessment="The new dock roster was my main piece of work this year.",
        manager_assessment="Zoë made the roster work, and kept everyone informed.",
        rating=4,
        signed_off_at=datetime(2026, 8, 14, 4, 5, tzinfo=UTC),
        created_at=datetime(2026, 6, 1, 0, 0, tzinfo=UTC),
        updated_at=datetime(2026, 8, 14, 4, 5, tzinfo=UTC),
    ),
    columns={
        "employee_id": public_id("employee_id"),
        "reviewer_id": public_id("reviewer_id"),
        "self_assessment": once_signed_off("self_assessment"),
        "manager_assessment": once_signed_off("manager_assessment"),
        "rating": once_signed_off("rating"),
    },
)
GOALS = Records(
    rows=Goal.objects.all(),
    example=GoalRepresentation(
        id="640",
        employee_id="42",
        review_id="87",
        title="Halve the waiting time at the dock",
        description="From 40 minutes to 20, measured at the gate.",
        status="in_progress",
        progress=60,
        due_date=date(2026, 12, 18),
        created_at=datetime(2026, 7, 6, 23, 30, tzinfo=UTC),
        updated_at=datetime(2026, 10, 2, 5, 20, tzinfo=UTC),
    ),
    columns={
        "employee_id": public_id("employee_id"),
        "review_id": public_id("review_id"),
    },
)

ENDPOINTS = [
    List(
        path="performance/reviews",
        scope=Scope.READ_PERFORMANCE,
        records=REVIEWS,
        query=ReviewsQuery,
    ),
    Detail(path="performance/reviews", scope=Scope.READ_PERFORMANCE, records=REVIEWS),
    List(
        path="performance/goals",
        scope=Scope.READ_PERFORMANCE,
        records=GOALS,
        query=GoalsQuery,
    ),
    Detail(path="performance/goals", scope=Scope.READ_PERFORMANCE, records=GOALS),
]
