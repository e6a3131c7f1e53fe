"""Writes what an import adds and changes, in a few statements."""

from django.db import IntegrityError
from import_export.exceptions import ImportExportError

from employees.models import Employee

ROWS_AT_ONCE = 2_000
"""Few enough for a statement to end within the server's limit on one (wsgi.py)."""


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
        # One statement for many rows, where bulk_update would spell out each
        # field of each row as a condition.
        Employee.objects.bulk_create(
            [*changed, *(employee for employee, _ in with_new_manager)],
            ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=columns,
        )
    except IntegrityError as error:
        raise ImportExportError(
            "Someone else changed this organisation's employees at the same moment."
            " Nothing was imported: please upload the file again."
        ) from error
