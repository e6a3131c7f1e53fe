"""``updated_at``: the database's own work, whoever writes."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from employees import stamps
from employees.models import Employee, EmploymentType, Record
from tests.employees.ageing import LONG_AGO, age
from tests.factories import (
    EmployeeFactory,
    GoalFactory,
    LeaveBalanceFactory,
    LeaveRequestFactory,
    OrganisationFactory,
    PerformanceReviewFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES: list[Callable[[], Any]] = [
    EmployeeFactory,
    LeaveBalanceFactory,
    LeaveRequestFactory,
    PerformanceReviewFactory,
    GoalFactory,
]


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def bulk_update(employee: Employee) -> None:
    employee.department = "Finance"
    Employee.objects.bulk_update([employee], ["department"])


def upsert(employee: Employee) -> None:
    Employee.objects.bulk_create(
        [employee],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["department"],
    )


WRITES: dict[str, Callable[[Employee], Any]] = {
    "save": lambda employee: employee.save(),
    "save of one field": lambda employee: employee.save(update_fields=["phone"]),
    "update": lambda _: Employee.objects.update(department="Finance"),
    "update of the stamp": lambda _: Employee.objects.update(updated_at=LONG_AGO),
    "bulk update": bulk_update,
    "upsert": upsert,
    "SQL": lambda _: sql("UPDATE employees_employee SET department = 'Finance'"),
    "SQL that changes nothing": lambda _: sql("UPDATE employees_employee SET id = id"),
    "SQL that forges": lambda _: sql(
        "UPDATE employees_employee SET updated_at = '2020-02-29 12:30:00.123456'"
    ),
}


def is_now(record: Record) -> bool:
    record.refresh_from_db()
    return abs(timezone.now() - record.updated_at) < timedelta(minutes=1)


@pytest.mark.parametrize("way", WRITES)
def test_a_change_is_stamped_in_whatever_way_it_is_written(way: str) -> None:
    employee = EmployeeFactory()
    age(employee)
    WRITES[way](employee)
    assert is_now(employee)


@pytest.mark.parametrize("factory", FACTORIES)
def test_every_kind_of_record_is_stamped(factory: Callable[[], Any]) -> None:
    record = factory()
    age(record)
    type(record).objects.update(created_at=LONG_AGO)
    assert is_now(record)


def test_new_records_are_stamped_whatever_they_say() -> None:
    Employee.objects.bulk_create(
        Employee(
            organisation=OrganisationFactory(),
            employee_number=f"B{number}",
            given_name="Bulk",
            employment_type=EmploymentType.CASUAL,
            start_date=LONG_AGO.date(),
        )
        for number in range(3)
    )
    names = [f.column for f in Employee._meta.fields if f.column and f.column != "id"]
    changed = {"updated_at": "'2020-02-29 12:30:00'", "employee_number": "'SQL'"}
    values = [changed.get(name, name) for name in names]
    sql(
        f"INSERT INTO employees_employee ({', '.join(names)}) SELECT"
        f" {', '.join(values)} FROM employees_employee WHERE employee_number = 'B0'"
    )
    assert Employee.objects.count() == 4
    assert all(map(is_now, Employee.objects.all()))


def test_other_records_keep_their_stamps() -> None:
    employee, other = EmployeeFactory(), EmployeeFactory()
    age(other)
    employee.save()
    other.refresh_from_db()
    assert other.updated_at == LONG_AGO


def test_every_migrate_puts_the_triggers_back() -> None:
    employee = EmployeeFactory()
    age(employee)
    connection.check_constraints()
    stamps.remove()
    employee.phone = "1"
    Employee.objects.update(phone="1")
    employee.refresh_from_db()
    assert employee.updated_at == LONG_AGO
    call_command("migrate", verbosity=0)
    employee.save()
    assert is_now(employee)


def test_the_old_triggers_stay_until_the_new_ones_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*args: Any) -> list[str]:
        raise RuntimeError("The triggers can't be created.")

    employee = EmployeeFactory()
    age(employee)
    monkeypatch.setattr(stamps, "triggers", fail)
    with pytest.raises(RuntimeError, match="can't be created"):
        stamps.install()
    Employee.objects.update(job_title="Driver")
    employee.refresh_from_db()
    assert employee.updated_at > LONG_AGO


def test_a_migrate_that_stops_before_these_tables_passes() -> None:
    stamps.remove()
    names = [name for name in stamps.stamped_tables("default") if "goal" in name]
    sql(f"ALTER TABLE {names[0]} RENAME TO for_a_moment")
    stamps.install()
    assert names[0] not in stamps.stamped_tables("default")


@pytest.fixture
def recursive_triggers() -> Iterator[None]:
    """Let triggers fire triggers, which PostgreSQL always does."""
    if connection.vendor != "sqlite":
        yield
        return
    sql("PRAGMA recursive_triggers = ON")
    yield
    sql("PRAGMA recursive_triggers = OFF")


@pytest.mark.usefixtures("recursive_triggers")
def test_a_trigger_that_fires_itself_comes_to_an_end() -> None:
    employee = EmployeeFactory()
    age(employee)
    employee.save()
    assert is_now(employee)


def test_a_stamp_is_found_by_its_value() -> None:
    employee = EmployeeFactory()
    employee.refresh_from_db()
    assert Employee.objects.filter(updated_at=employee.updated_at).exists()


@pytest.mark.parametrize("microseconds", [0, 1000, 120_000, 999_000])
def test_sqlite_stamps_as_django_writes(microseconds: int) -> None:
    moment = datetime(2026, 7, 1, 10, 0, 0, microseconds, tzinfo=UTC)
    stamp = stamps.SQLITE_NOW.replace("now", f"{moment:%Y-%m-%d %H:%M:%S.%f}")
    with closing(sqlite3.connect(":memory:")) as database:
        [written] = database.execute(f"SELECT {stamp}").fetchone()
    assert written == str(moment.replace(tzinfo=None))
