"""Who is who while a file is imported."""

from collections import Counter
from collections.abc import Mapping

from employees.imports.files import EmployeeDataset
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation

CIRCLE_SHOWN = 4


class Roster:
    """An organisation's people: those it has, and those the file adds.

    Three queries load it, however many rows the file has.
    """

    def __init__(self, organisation: Organisation, dataset: EmployeeDataset) -> None:
        self.employees = Employee.objects.filter(organisation=organisation)
        numbers: list[str] = dataset["employee_number"]
        managers = dataset["manager"] if "manager" in dataset.headers else None
        self.repeated = {n for n, times in Counter(numbers).items() if n and times > 1}
        self.people = self.known({*numbers})
        self.added = {*numbers} - {*self.people, ""}
        self.people |= {
            number: Employee(organisation=organisation, employee_number=number)
            for number in self.added
        }
        self.manager_of: dict[str, str] = {}
        if managers is not None:
            self.people |= self.known({*managers} - {*self.people})
            in_file = {n: m for n, m in zip(numbers, managers, strict=True) if n}
            self.manager_of = self.managers() | in_file
        self.in_circles = people_in_circles(self.manager_of)

    def known(self, numbers: set[str]) -> dict[str, Employee]:
        """Return the organisation's employees of these numbers."""
        employees = self.employees.filter(employee_number__in=numbers)
        return {
            employee.employee_number: employee
            for employee in employees.select_related("manager")
        }

    def managers(self) -> dict[str, str]:
        """Return the number of everyone's manager, as it is so far."""
        return dict(
            self.employees.exclude(manager=None).values_list(
                "employee_number", "manager__employee_number"
            )
        )

    def circle_of(self, number: str) -> list[str]:
        """Return the way from a person up to themselves, shortened; mostly empty."""
        if number not in self.in_circles:
            return []
        way = [number, self.manager_of[number]]
        while way[-1] != number and len(way) < CIRCLE_SHOWN:
            way.append(self.manager_of[way[-1]])
        return way if way[-1] == number else [*way, "…", number]


def people_in_circles(manager_of: Mapping[str, str]) -> set[str]:
    """Return everyone who comes to stand above themselves."""
    cleared: set[str] = set()
    found: set[str] = set()
    for start in manager_of:
        way: dict[str, None] = {}
        person = start
        while person in manager_of and person not in cleared and person not in way:
            way[person] = None
            person = manager_of[person]
        if person in way:
            people = list(way)
            found.update(people[people.index(person) :])
        cleared.update(way)
    return found
