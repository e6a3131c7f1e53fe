"""When people are away, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from employees.models import Employee, LeaveType
from hrtoolkit.demo.calendar import DAY, monday, school_holidays, working_day

PLANNED_NOTICE = range(21, 100)
SHORT_NOTICE = range(4, 30)
NO_NOTICE = range(1)

APPOINTMENT_SHARE = 0.5
CHRISTMAS_SHARE = 0.6
SCHOOL_HOLIDAYS_SHARE = 0.5
WEEKS_OFF = (4, 4, 4, 11)
"""Days from the first Monday to the last Friday."""

CHRISTMAS_NOTES = ("Christmas with the family", "Away over Christmas", "", "")
HOLIDAY_NOTES = ("School holidays", "Kids are off school", "Bali", "", "", "")
DAY_NOTES = ("Long weekend", "Moving house", "Wedding", "", "", "", "")
SICK_NOTES = ("Unwell", "Gastro", "Looking after my son", "Migraine", "", "")
APPOINTMENT_NOTES = ("Dentist", "Medical appointment", "Specialist at 2 pm", "")
PART_DAYS = tuple(map(Decimal, ("1.50", "2.00", "2.50", "3.00", "3.80", "4.00")))


@dataclass(frozen=True, slots=True)
class Absence:
    """Some days away. Without ``hours``, they are whole days."""

    leave_type: LeaveType
    start: date
    end: date
    notice: int = 0
    note: str = ""
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rarity:
    """What happens to few, and for how long."""

    leave_type: LeaveType
    share: float
    """Of the people, in a year."""
    length: int
    notice: range
    notes: tuple[str, ...] = ("",)
    least_service: int = 0


RARITIES = (
    Rarity(LeaveType.COMPASSIONATE, 0.05, 2, NO_NOTICE, ("Funeral", "")),
    Rarity(
        LeaveType.COMMUNITY_SERVICE,
        0.04,
        3,
        SHORT_NOTICE,
        ("Jury duty", "SES call-out"),
    ),
    Rarity(LeaveType.FAMILY_VIOLENCE, 0.01, 2, NO_NOTICE),
    Rarity(
        LeaveType.PARENTAL, 0.03, 18 * 7, PLANNED_NOTICE, ("Due in autumn", ""), 365
    ),
    Rarity(LeaveType.LONG_SERVICE, 0.12, 28, PLANNED_NOTICE, ("Road trip", ""), 3650),
)


def absences(
    random: Random, person: Employee, first: date, last: date
) -> Iterator[Absence]:
    """Yield when a person wants to be away, one after the other."""
    for year in range(first.year, last.year + 1):
        wanted = of_a_year(random, person, year)
        for absence in sorted(wanted, key=lambda absence: absence.start):
            if first <= absence.start and absence.end <= last:
                yield absence
                first = absence.end + DAY


def of_a_year(random: Random, person: Employee, year: int) -> Iterator[Absence]:
    """Yield what a person's year brings, in any order."""
    yield from holidays(random, year)
    for _ in range(random.randrange(3)):
        day = any_working_day(random, year)
        note, notice = random.choice(DAY_NOTES), random.choice(SHORT_NOTICE)
        yield Absence(LeaveType.ANNUAL, day, day, notice, note)
    for _ in range(random.randrange(4)):
        yield illness(random, any_working_day(random, year))
    if random.random() < APPOINTMENT_SHARE:
        day, hours = any_working_day(random, year), random.choice(PART_DAYS)
        note, notice = random.choice(APPOINTMENT_NOTES), random.choice(SHORT_NOTICE)
        yield Absence(LeaveType.PERSONAL_CARERS, day, day, notice, note, hours)
    for rarity in RARITIES:
        start = any_working_day(random, year)
        served = (start - person.start_date).days
        if random.random() < rarity.share and served >= rarity.least_service:
            yield Absence(
                rarity.leave_type,
                start,
                start + timedelta(days=rarity.length - 1),
                random.choice(rarity.notice),
                random.choice(rarity.notes),
            )


def holidays(random: Random, year: int) -> Iterator[Absence]:
    """Yield the weeks off: over Christmas, and in the school holidays."""
    if random.random() < CHRISTMAS_SHARE:
        yield Absence(
            LeaveType.ANNUAL,
            working_day(date(year, 12, random.randrange(19, 25))),
            date(year + 1, 1, random.randrange(2, 16)),
            random.choice(PLANNED_NOTICE),
            random.choice(CHRISTMAS_NOTES),
        )
    for start in school_holidays(year):
        if random.random() < SCHOOL_HOLIDAYS_SHARE:
            length = random.choice(WEEKS_OFF)
            yield Absence(
                LeaveType.ANNUAL,
                start,
                start + timedelta(days=length),
                random.choice(PLANNED_NOTICE),
                random.choice(HOLIDAY_NOTES),
            )


def illness(random: Random, start: date) -> Absence:
    """Return a day or two in bed, or beside one, asked for afterwards."""
    end = start
    if start < monday(start) + timedelta(days=4):
        end += timedelta(days=random.randrange(2))
    return Absence(LeaveType.PERSONAL_CARERS, start, end, 0, random.choice(SICK_NOTES))


def any_working_day(random: Random, year: int) -> date:
    """Return some working day of a year."""
    return working_day(date(year, 1, 1) + timedelta(days=random.randrange(360)))
