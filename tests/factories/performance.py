"""Performance."""

from datetime import date

from django.utils import timezone
from factory.declarations import SelfAttribute, Sequence, SubFactory, Trait

from employees.models import Goal, PerformanceReview, ReviewStatus
from tests.factories.base import ModelFactory
from tests.factories.employees import EmployeeFactory


class PerformanceReviewFactory(ModelFactory[PerformanceReview]):
    """A review that both sides have written, but not signed off yet."""

    employee = SubFactory(EmployeeFactory)
    organisation = SelfAttribute("employee.organisation")
    reviewer = SubFactory(EmployeeFactory, organisation=SelfAttribute("..organisation"))
    period_name = Sequence(lambda n: f"FY{2000 + n}")
    period_start = date(2025, 7, 1)
    period_end = date(2026, 6, 30)
    status = ReviewStatus.DISCUSSION
    self_assessment = "I did well.\n\nVery well."
    manager_assessment = "She did well."
    rating = 4
    pay_recommendation = "Four per cent, quietly."

    class Meta:
        model = PerformanceReview

    class Params:
        signed_off = Trait(status=ReviewStatus.SIGNED_OFF, signed_off_at=timezone.now())


class GoalFactory(ModelFactory[Goal]):
    """A goal that an employee has not begun with."""

    employee = SubFactory(EmployeeFactory)
    organisation = SelfAttribute("employee.organisation")
    title = Sequence(lambda n: f"Goal {n}")

    class Meta:
        model = Goal
