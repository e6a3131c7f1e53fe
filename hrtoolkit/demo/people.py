"""The people of a demo organisation: a chief, heads, team leaders, teams."""

from collections.abc import Iterator
from itertools import chain, count

from django.db import transaction

from employees.models import Employee
from hrtoolkit.demo.blueprint import Company
from hrtoolkit.demo.leave import load_leave
from hrtoolkit.demo.recruiter import Recruiter
from hrtoolkit.organisations.models import Organisation

TEAM_SIZES = range(5, 10)
BATCH_SIZE = 5_000

Levels = list[list[Employee]]
"""New employees; the managers of each level are in the level before it."""


def load_people(company: Company, organisation: Organisation) -> list[Employee]:
    """Give a new organisation its people, and return them."""
    recruiter = Recruiter(
        company,
        organisation,
        seed=company.slug,
        names=company.names,
        accounts=company.accounts,
    )
    head_office = company.sites[0]
    chief = recruiter.senior(company.chief, "Executive", head_office)
    heads: list[Employee] = []
    leaders: list[Employee] = []
    members: list[Employee] = []
    for department in company.departments:
        head = recruiter.senior(department.head, department.name, head_office, chief)
        heads.append(head)
        for _ in range(department.teams):
            size = recruiter.random.choice(TEAM_SIZES)
            leader, team = recruiter.team(department, head, size)
            leaders.append(leader)
            members += team
    levels = [[chief], heads, leaders, members]
    save(levels, unused_numbers(company, set()))
    return list(chain(*levels))


def top_up(company: Company, organisation: Organisation, total: int) -> int:
    """Add teams until the organisation has ``total`` employees; return how many."""
    present = Employee.objects.filter(organisation=organisation).order_by()
    missing = max(0, total - present.count())
    recruiter = Recruiter(company, organisation, seed=f"{company.slug} {total}")
    recruiter.remember_mailboxes(list(present.values_list("email", flat=True)))
    titles = [department.head for department in company.departments]
    heads = {head.job_title: head for head in present.filter(job_title__in=titles)}
    numbers = unused_numbers(
        company, set(present.values_list("employee_number", flat=True))
    )
    for start in range(0, missing, BATCH_SIZE):
        batch = min(BATCH_SIZE, missing - start)
        levels = teams(recruiter, heads, batch)
        with transaction.atomic():
            save(levels, numbers)
            seed = f"{company.slug} {total} {start}"
            load_leave(organisation, chain(*levels), seed=seed, years=0)
    return missing


def teams(recruiter: Recruiter, heads: dict[str, Employee], people: int) -> Levels:
    """Return teams of exactly so many people, leaders included."""
    departments = recruiter.company.departments
    weights = [department.teams for department in departments]
    leaders: list[Employee] = []
    members: list[Employee] = []
    while missing := people - len(leaders) - len(members):
        department = recruiter.random.choices(departments, weights)[0]
        size = min(recruiter.random.choice(TEAM_SIZES), missing - 1)
        leader, team = recruiter.team(department, heads.get(department.head), size)
        leaders.append(leader)
        members += team
    return [leaders, members]


@transaction.atomic
def save(levels: Levels, numbers: Iterator[str]) -> None:
    """Number new employees in the order in which they started, and save them."""
    for person in sorted(chain(*levels), key=lambda person: person.start_date):
        person.employee_number = next(numbers)
    for level in levels:
        Employee.objects.bulk_create(level)


def unused_numbers(company: Company, taken: set[str]) -> Iterator[str]:
    """Yield the employee numbers that are free, from the first on."""
    numbers = (f"{company.number_prefix}-{number:04}" for number in count(1))
    return (number for number in numbers if number not in taken)
