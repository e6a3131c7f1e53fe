"""The performance reviews and goals of a demo organisation."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

from django.utils import timezone

from employees.models import (
    Employee,
    EmployeeStatus,
    Goal,
    GoalStatus,
    PerformanceReview,
    ReviewStatus,
)
from employees.models.performance import COMPLETE
from hrtoolkit.demo.appraisals import (
    AIMS,
    GENERAL_AIMS,
    MANAGER_ASSESSMENTS,
    PAY_RECOMMENDATIONS,
    SELF_ASSESSMENTS,
    Aim,
)
from hrtoolkit.demo.calendar import FinancialYear, financial_year, office_hours
from hrtoolkit.organisations.models import Organisation

STAGES = {
    ReviewStatus.SELF_ASSESSMENT: 12,
    ReviewStatus.MANAGER_REVIEW: 14,
    ReviewStatus.DISCUSSION: 12,
    ReviewStatus.SIGNED_OFF: 62,
}
BEGUN_SHARE = 0.3
"""Of those who are to assess themselves."""

RATINGS = {1: 2, 2: 10, 3: 52, 4: 29, 5: 7}
LAST_YEARS_GOALS = {
    GoalStatus.COMPLETED: 75,
    GoalStatus.IN_PROGRESS: 17,
    GoalStatus.CANCELLED: 8,
}
THIS_YEARS_GOALS = {
    GoalStatus.NOT_STARTED: 30,
    GoalStatus.IN_PROGRESS: 60,
    GoalStatus.COMPLETED: 10,
}
REVIEWED_AFTER = timedelta(days=90)
GOALS_SET_WITHIN = timedelta(days=60)
FORMS_SENT_BEFORE_END = timedelta(days=30)


def load_performance(
    organisation: Organisation, people: Iterable[Employee], *, seed: str
) -> None:
    """Give people the review of the last financial year, and goals."""
    office = ReviewOffice(organisation, Random(f"{seed} performance"))
    active = [person for person in people if person.status == EmployeeStatus.ACTIVE]
    reviews = {
        person.pk: office.review(person, person.manager)
        for person in active
        if person.manager and person.start_date + REVIEWED_AFTER <= office.last_year.end
    }
    PerformanceReview.objects.bulk_create(reviews.values())
    goals = [
        goal
        for person in active
        for goal in office.goals(person, reviews.get(person.pk))
    ]
    Goal.objects.bulk_create(goals)


class ReviewOffice:
    """Writes reviews and goals for one organisation. Nothing is saved here."""

    def __init__(self, organisation: Organisation, random: Random) -> None:
        self.organisation = organisation
        self.random = random
        self.now = timezone.now()
        self.today = self.now.astimezone(organisation.zone).date()
        self.this_year = financial_year(self.today)
        self.last_year = FinancialYear(self.this_year.year - 1)

    def review(self, person: Employee, reviewer: Employee) -> PerformanceReview:
        """Return a review of the last financial year, as far as it has come."""
        name = person.preferred_name or person.given_name
        [status] = self.random.choices(list(STAGES), list(STAGES.values()))
        [rating] = self.random.choices(list(RATINGS), list(RATINGS.values()))
        review = PerformanceReview(
            organisation=self.organisation,
            employee=person,
            reviewer=reviewer,
            period_name=self.last_year.name,
            period_start=max(self.last_year.start, person.start_date),
            period_end=self.last_year.end,
            status=status,
            created_at=self.at(self.last_year.end - FORMS_SENT_BEFORE_END),
        )
        # Some have begun to write, others haven't.
        if status != ReviewStatus.SELF_ASSESSMENT or self.random.random() < BEGUN_SHARE:
            review.self_assessment = self.random.choice(SELF_ASSESSMENTS)
        if status in (ReviewStatus.DISCUSSION, ReviewStatus.SIGNED_OFF):
            words = self.random.choice(MANAGER_ASSESSMENTS[rating])
            review.manager_assessment = words.format(name=name)
            review.rating = rating
            review.pay_recommendation = self.random.choice(PAY_RECOMMENDATIONS[rating])
        if status == ReviewStatus.SIGNED_OFF:
            review.signed_off_at = self.at(self.some_day(self.last_year.end))
        return review

    def goals(self, person: Employee, review: PerformanceReview | None) -> list[Goal]:
        """Return one to four goals: those of a review, and this year's."""
        aims = [*AIMS.get(person.department, ()), *GENERAL_AIMS]
        chosen = self.random.sample(aims, self.random.randrange(1, 5))
        reviewed = self.random.randrange(len(chosen) + 1) if review else 0
        return [
            *(
                self.goal(person, aim, self.last_year, review)
                for aim in chosen[:reviewed]
            ),
            *(self.goal(person, aim, self.this_year) for aim in chosen[reviewed:]),
        ]

    def goal(
        self,
        person: Employee,
        aim: Aim,
        year: FinancialYear,
        review: PerformanceReview | None = None,
    ) -> Goal:
        """Return a goal of a year."""
        chances = LAST_YEARS_GOALS if review else THIS_YEARS_GOALS
        [status] = self.random.choices(list(chances), list(chances.values()))
        begins = max(year.start, person.start_date)
        set_on = self.some_day(begins, min(begins + GOALS_SET_WITHIN, year.end))
        dues = [due for due in (year.middle, year.end) if due > set_on]
        return Goal(
            organisation=self.organisation,
            employee=person,
            review=review,
            title=aim.title,
            description=aim.description,
            status=status,
            progress=self.progress(status),
            due_date=self.random.choice((None, *dues)),
            created_at=self.at(set_on),
        )

    def progress(self, status: GoalStatus) -> int:
        """Return how far a goal has come, in per cent."""
        if status == GoalStatus.COMPLETED:
            return COMPLETE
        if status == GoalStatus.NOT_STARTED:
            return 0
        return self.random.randrange(10, 95, 5)

    def some_day(self, start: date, end: date | None = None) -> date:
        """Return a day from ``start`` to ``end``, or to today if that's earlier."""
        end = min(end or self.today, self.today)
        return start + timedelta(days=self.random.randrange(max(1, (end - start).days)))

    def at(self, day: date) -> datetime:
        """Return an instant of a day, but none in the future."""
        return min(office_hours(self.random, day, self.organisation.zone), self.now)
