"""Days as Australians count them: financial years, school holidays, days at work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SATURDAY = 5
PUBLIC_HOLIDAYS = {(1, 1), (1, 26), (4, 25), (12, 25), (12, 26)}


@dataclass(frozen=True, slots=True)
class FinancialYear:
    """The year from July to June, named after the calendar year it ends in."""

    year: int

    @property
    def name(self) -> str:
        return f"FY{self.year}"

    @property
    def start(self) -> date:
        return date(self.year - 1, 7, 1)

    @property
    def middle(self) -> date:
        """When the first half is over and everyone is still there."""
        return date(self.year - 1, 12, 18)

    @property
    def end(self) -> date:
        return date(self.year, 6, 30)


def financial_year(day: date) -> FinancialYear:
    """Return the financial year of a day."""
    return FinancialYear(day.year + (day.month > FinancialYear(day.year).end.month))


def school_holidays(year: int) -> tuple[date, ...]:
    """Return the Mondays on which holidays begin, much the same in every state."""
    return tuple(
        monday(date(year, month, day)) for month, day in ((4, 10), (7, 7), (9, 29))
    )


def monday(day: date) -> date:
    """Return the Monday on or before a day."""
    return day - timedelta(days=day.weekday())


def is_working_day(day: date) -> bool:
    """Whether a day is neither at a weekend nor a public holiday."""
    return day.weekday() < SATURDAY and (day.month, day.day) not in PUBLIC_HOLIDAYS


def working_day(day: date) -> date:
    """Return the first working day from ``day`` on."""
    while not is_working_day(day):
        day += DAY
    return day


def days(start: date, end: date) -> Iterator[date]:
    """Yield the days from ``start`` to ``end``, both included."""
    while start <= end:
        yield start
        start += DAY


def working_days(start: date, end: date) -> int:
    """Return how many of the days someone would have worked."""
    return sum(map(is_working_day, days(start, end)))


def office_hours(random: Random, day: date, zone: ZoneInfo) -> datetime:
    """Return an instant of a day when people are at work."""
    clock = time(random.randrange(8, 17), random.randrange(60), random.randrange(60))
    return datetime.combine(day, clock, zone)
