"""What a demo organisation is made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from employees.models import EmploymentType
from employees.models.people import State
from hrtoolkit.demo.names import Name
from hrtoolkit.organisations.models import Role

Mix = Mapping[EmploymentType, int]

OFFICE: Mix = {
    EmploymentType.FULL_TIME: 78,
    EmploymentType.PART_TIME: 14,
    EmploymentType.FIXED_TERM: 8,
}
SHIFTS: Mix = {
    EmploymentType.FULL_TIME: 58,
    EmploymentType.PART_TIME: 15,
    EmploymentType.CASUAL: 22,
    EmploymentType.FIXED_TERM: 5,
}
CLINIC: Mix = {
    EmploymentType.FULL_TIME: 45,
    EmploymentType.PART_TIME: 40,
    EmploymentType.CASUAL: 15,
}


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in, and has an employee record like everyone else."""

    email: str
    given_name: str
    family_name: str
    role: Role
    job_title: str
    left_days_ago: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A place where an organisation works, and how much of its work is there."""

    location: str
    state: State
    weight: int


@dataclass(frozen=True, slots=True)
class Department:
    """A department: its head's title, its team leaders' and its people's."""

    name: str
    head: str
    leader: str
    jobs: tuple[str, ...]
    teams: int
    mix: Mix
    at_every_site: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """A demo organisation. The first site is its head office."""

    name: str
    slug: str
    time_zone: str
    domain: str
    number_prefix: str
    chief: str
    sites: tuple[Site, ...]
    departments: tuple[Department, ...]
    accounts: tuple[Account, ...]
    names: tuple[Name, ...]
    """Names that must occur, whatever else chance brings."""
