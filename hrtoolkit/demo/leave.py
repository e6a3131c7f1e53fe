"""The leave of a demo organisation: what has accrued, and who was or will be away."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from employees.models import (
    Employee,
    EmploymentType,
    LeaveBalance,
    LeaveRequest,
    LeaveStatus,
    LeaveType,
)
from hrtoolkit.demo.absences import Absence, absences
from hrtoolkit.demo.calendar import (
    FinancialYear,
    financial_year,
    office_hours,
    working_days,
)
from hrtoolkit.organisations.models import Organisation

DAYS_IN_A_YEAR = Decimal("365.25")
WEEKS_A_YEAR = {
    LeaveType.ANNUAL: Decimal(4),
    LeaveType.PERSONAL_CARERS: Decimal(2),
    LeaveType.LONG_SERVICE: Decimal("0.8667"),
}
CASUALS_ACCRUE = (LeaveType.LONG_SERVICE,)
HUNDREDTH = Decimal("0.01")
DAYS_A_WEEK = 5
MOST_BROUGHT_FORWARD = Decimal("1.2")
"""In years, of annual and of personal leave."""

DECISION = range(1, 14)
"""In days."""

AHEAD = timedelta(days=365)
BATCH_SIZE = 5_000

FATES = {
    LeaveStatus.APPROVED: 88,
    LeaveStatus.DECLINED: 6,
    LeaveStatus.CANCELLED: 6,
}


def load_leave(
    organisation: Organisation, people: Iterable[Employee], *, seed: str, years: int = 2
) -> None:
    """Give people their balances, and their requests of this year and some before."""
    office = LeaveOffice(organisation, Random(f"{seed} leave"), years)
    balances: list[LeaveBalance] = []
    requests: list[LeaveRequest] = []
    for person in people:
        own = office.balances(person)
        balances += own
        requests += office.requests(person, own)
    requests.sort(key=lambda request: request.created_at)
    LeaveBalance.objects.bulk_create(balances, BATCH_SIZE)
    LeaveRequest.objects.bulk_create(requests, BATCH_SIZE)


class LeaveOffice:
    """Works out leave for one organisation. Nothing is saved here."""

    def __init__(self, organisation: Organisation, random: Random, years: int) -> None:
        """The records begin with a financial year, so many before this one."""
        self.organisation = organisation
        self.random = random
        self.now = timezone.now()
        self.today = self.now.astimezone(organisation.zone).date()
        self.since = FinancialYear(financial_year(self.today).year - years).start

    def balances(self, person: Employee) -> list[LeaveBalance]:
        """Return a balance of each type that a person accrues."""
        casual = person.employment_type == EmploymentType.CASUAL
        types = CASUALS_ACCRUE if casual else WEEKS_A_YEAR
        return [
            LeaveBalance(
                organisation=self.organisation,
                employee=person,
                leave_type=leave_type,
                accrued=self.accrued(person, leave_type),
            )
            for leave_type in types
        ]

    def accrued(self, person: Employee, leave_type: LeaveType) -> Decimal:
        """Return the hours since the records began, and those brought forward.

        Long service leave is brought forward whole, of the rest what was left.
        """
        until = min(person.end_date or self.today, self.today)
        before = years_between(person.start_date, min(self.since, until))
        if leave_type != LeaveType.LONG_SERVICE:
            before = min(before, MOST_BROUGHT_FORWARD)
            before *= Decimal(self.random.randrange(10, 70)) / 100
        recorded = years_between(max(self.since, person.start_date), until)
        weeks = (before + recorded) * WEEKS_A_YEAR[leave_type]
        return (weeks * person.hours_per_week).quantize(HUNDREDTH)

    def requests(
        self, person: Employee, balances: list[LeaveBalance]
    ) -> list[LeaveRequest]:
        """Return what a person has asked for by now, and has the hours for."""
        left = {balance.leave_type: balance.accrued for balance in balances}
        last = person.end_date or self.today + AHEAD
        first = max(self.since, person.start_date)
        requests = []
        for absence in absences(self.random, person, first, last):
            request = self.request(person, absence)
            if request and request.leave_type in WEEKS_A_YEAR:
                available = left.get(absence.leave_type, Decimal(0))
                if request.hours > available:
                    continue
                if request.status in (LeaveStatus.APPROVED, LeaveStatus.PENDING):
                    left[absence.leave_type] = available - request.hours
            if request:
                requests.append(request)
        return requests

    def request(self, person: Employee, absence: Absence) -> LeaveRequest | None:
        """Return the request for an absence, if it has been made by now."""
        zone = self.organisation.zone
        asked_on = absence.start - timedelta(days=absence.notice)
        asked_at = office_hours(self.random, asked_on, zone)
        decided_on = asked_on + timedelta(days=self.random.choice(DECISION))
        decided_at = office_hours(self.random, decided_on, zone)
        hours = (
            absence.hours
            or (working_days(absence.start, absence.end) * person.hours_per_week)
            / DAYS_A_WEEK
        )
        if asked_at > self.now or not hours:
            return None
        decided = decided_at <= self.now
        return LeaveRequest(
            organisation=self.organisation,
            employee=person,
            leave_type=absence.leave_type,
            status=self.fate(absence) if decided else LeaveStatus.PENDING,
            start_date=absence.start,
            end_date=absence.end,
            hours=Decimal(hours).quantize(HUNDREDTH),
            note=absence.note,
            created_at=asked_at,
            decided_at=decided_at if decided else None,
        )

    def fate(self, absence: Absence) -> LeaveStatus:
        """Return what became of a request. Nobody is refused being ill."""
        if not absence.notice:
            return LeaveStatus.APPROVED
        [status] = self.random.choices(list(FATES), list(FATES.values()))
        return status


def years_between(start: date, end: date) -> Decimal:
    """Return the years from one day to another, none if it lies before."""
    return max(Decimal(0), Decimal((end - start).days) / DAYS_IN_A_YEAR)
