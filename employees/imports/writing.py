"""Writes what an import adds and changes, in a few statements."""

from collections.abc import Sequence
from operator import attrgetter

from django.db import IntegrityError
from import_export.exceptions import ImportExportError

from employees.models import Employee

ROWS_AT_ONCE = 2_000
"""Few enough for a statement to end within the server's limit on one (wsgi.py)."""

SOMEONE_WAS_FASTER = (
    "Someone else changed this organisation's employees at the same moment."
    " Nothing was imported: please upload the file again."
)


def write(added: list[Employee], changed: list[Employee], columns: list[str]) -> None:
    """Save new and known employees.

    A new employee's manager may be new as well, and is set when both exist.
    Raises ImportExportError where someone else was faster.
    """
    with_new_manager = [
        (employee, employee.manager)
        for employee in added
        if employee.manager is not None and not employee.manager.pk
    ]
    for employee, _ in with_new_manager:
        employee.manager = None
    try:
        Employee.objects.bulk_create(added, ROWS_AT_ONCE)
        for employee, manager in with_new_manager:
            employee.manager = manager
        update([employee for employee, _ in with_new_manager], columns)
        # In one order, so that nobody else who locks several waits for us in turn.
        changed = sorted(changed, key=attrgetter("pk"))
        for start in range(0, len(changed), ROWS_AT_ONCE):
            rows = changed[start : start + ROWS_AT_ONCE]
            hold(rows)
            update(rows, columns)
    except IntegrityError as error:
        raise ImportExportError(SOMEONE_WAS_FASTER) from error


def hold(employees: Sequence[Employee]) -> None:
    """Lock employees until the transaction ends, if they are still as they were read.

    It comes just before they are written, as those who change one in Django admin
    wait for it with the audit log locked. Raises ImportExportError.
    """
    read = {employee.pk: employee.updated_at for employee in employees}
    rows = Employee.objects.filter(pk__in=read).order_by("pk")
    locked = rows.select_for_update(no_key=True).values_list("pk", "updated_at")
    if dict(locked) != read:
        raise ImportExportError(SOMEONE_WAS_FASTER)


def update(employees: Sequence[Employee], columns: list[str]) -> None:
    """Save known employees.

    One statement for many rows, where bulk_update would spell out each field of
    each row as a condition.
    """
    Employee.objects.bulk_create(
        employees,
        ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=columns,
    )
