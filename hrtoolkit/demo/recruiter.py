"""Makes up believable employees, the same ones each time from the same seed."""

import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle, islice
from random import Random

from apikeys import expiry
from employees.models import Employee, EmployeeStatus, EmploymentType
from hrtoolkit.demo.blueprint import Account, Company, Department, Site
from hrtoolkit.demo.names import Name, mailbox, random_name
from hrtoolkit.demo.phones import random_phone
from hrtoolkit.organisations.models import Organisation

FULL_TIME_HOURS = Decimal("38.00")
HOURS = {
    EmploymentType.FULL_TIME: (FULL_TIME_HOURS,),
    EmploymentType.PART_TIME: tuple(map(Decimal, ("15.20", "19.00", "22.80", "30.40"))),
    EmploymentType.CASUAL: tuple(map(Decimal, ("8.00", "12.00", "16.00", "20.00"))),
    EmploymentType.FIXED_TERM: (FULL_TIME_HOURS, FULL_TIME_HOURS, Decimal("30.40")),
}
SHORTEST_SERVICE = 60
LONGEST_SERVICE = 15 * 365
SENIOR_SERVICE = range(4 * 365, LONGEST_SERVICE)
FIXED_TERM = 2 * 365
LISTED_NAME_SHARE = 0.15
LEAVERS = (False,) * 8 + (True,)


class Recruiter:
    """Makes employees for one organisation. They are not saved here."""

    def __init__(
        self,
        company: Company,
        organisation: Organisation,
        *,
        seed: str,
        names: tuple[Name, ...] = (),
        accounts: tuple[Account, ...] = (),
    ) -> None:
        """``names`` occur once each, and ``accounts`` get the jobs they name."""
        self.company = company
        self.organisation = organisation
        self.random = Random(seed)
        self.today = expiry.today(organisation)
        self.names = list(names)
        self.accounts = {account.job_title: account for account in accounts}
        self.mailboxes: Counter[str] = Counter()
        self.leaves = cycle(LEAVERS)
        self.sites: list[Site] = []

    def remember_mailboxes(self, addresses: list[str]) -> None:
        """Count the mailboxes that are taken already."""
        self.mailboxes.update(re.sub(r"\d*@.*", "", address) for address in addresses)

    def team(
        self, department: Department, head: Employee | None, size: int
    ) -> tuple[Employee, list[Employee]]:
        """Return a team leader, and the ``size`` people of the team."""
        site = self.site(department)
        leader = self.senior(department.leader, department.name, site, head)
        jobs = islice(cycle(department.jobs), size)
        return leader, [self.member(job, department, site, leader) for job in jobs]

    def site(self, department: Department) -> Site:
        """Return a place where the department works, each as often as its weight."""
        if not department.at_every_site:
            return self.company.sites[0]
        if not self.sites:
            self.sites = [
                site for site in self.company.sites for _ in range(site.weight)
            ]
            self.random.shuffle(self.sites)
        return self.sites.pop()

    def member(
        self, job_title: str, department: Department, site: Site, leader: Employee
    ) -> Employee:
        """Return someone without people of their own."""
        if job_title in self.accounts:
            return self.senior(job_title, department.name, site, leader)
        mix = department.mix
        employment_type = self.random.choices(list(mix), list(mix.values()))[0]
        fixed = employment_type == EmploymentType.FIXED_TERM
        leaves = next(self.leaves)
        # Most people are fairly new: the square favours short service.
        longest = FIXED_TERM if fixed else LONGEST_SERVICE
        served = int(longest * self.random.random() ** 2)
        start = self.monday(served + (SHORTEST_SERVICE if leaves else 0))
        person = self.employee(job_title, department.name, site, leader, start)
        person.employment_type = employment_type
        person.hours_per_week = self.random.choice(HOURS[employment_type])
        if leaves:
            terminate(person, int(served * self.random.random()), self.today)
        elif fixed:
            person.end_date = start + timedelta(days=FIXED_TERM)
        return person

    def senior(
        self,
        job_title: str,
        department: str,
        site: Site,
        manager: Employee | None = None,
    ) -> Employee:
        """Return someone full-time who has been here for years."""
        account = self.accounts.pop(job_title, None)
        start = self.monday(self.random.choice(SENIOR_SERVICE))
        person = self.employee(job_title, department, site, manager, start, account)
        if account and account.left_days_ago:
            terminate(person, account.left_days_ago, self.today)
        return person

    def employee(
        self,
        job_title: str,
        department: str,
        site: Site,
        manager: Employee | None,
        start: date,
        account: Account | None = None,
    ) -> Employee:
        """Return a full-time employee, by the account's name if there is one."""
        name = Name(account.given_name, account.family_name) if account else self.name()
        return Employee(
            organisation=self.organisation,
            given_name=name.given,
            family_name=name.family,
            preferred_name=name.preferred,
            email=account.email if account else self.email(name),
            phone=random_phone(self.random, site.state),
            job_title=job_title,
            department=department,
            location=site.location,
            state=site.state,
            manager=manager,
            employment_type=EmploymentType.FULL_TIME,
            hours_per_week=FULL_TIME_HOURS,
            start_date=start,
        )

    def name(self) -> Name:
        """Return a name: now and then one of those that must occur."""
        if self.names and self.random.random() < LISTED_NAME_SHARE:
            return self.names.pop()
        return random_name(self.random)

    def email(self, name: Name) -> str:
        """Return a new work address: namesakes are numbered."""
        box = mailbox(name)
        self.mailboxes[box] += 1
        namesakes = self.mailboxes[box]
        return f"{box}{namesakes if namesakes > 1 else ''}@{self.company.domain}"

    def monday(self, days_ago: int) -> date:
        """Return the Monday on or before a day in the past."""
        day = self.today - timedelta(days=days_ago)
        return day - timedelta(days=day.weekday())


def terminate(person: Employee, days_ago: int, today: date) -> None:
    """Let someone have left."""
    person.status = EmployeeStatus.TERMINATED
    person.end_date = today - timedelta(days=days_ago)
