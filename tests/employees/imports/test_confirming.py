"""What a confirmed file changes, and when it changes nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from apikeys.models import AuditAction, AuditEvent
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.organisations.signals import change_begins
from tests.employees.ageing import LONG_AGO, age
from tests.employees.imports.uploading import (
    ADA,
    CONFIRM,
    HEADING,
    csv,
    import_file,
    preview_of,
    upload,
)
from tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


def test_it_adds_employees(staff: Client, organisation: Organisation) -> None:
    page = import_file(staff, organisation, HEADING, ADA)
    assert "Import finished: 1 employee added, 0 changed." in page
    employee = Employee.objects.get()
    assert employee.organisation == organisation
    assert employee.given_name == "Ada"
    assert employee.start_date == date(2024, 7, 1)
    assert employee.hours_per_week == Decimal(38)
    assert employee.status == "active"


def test_it_changes_only_what_the_file_has_columns_for(
    staff: Client, organisation: Organisation
) -> None:
    employee = EmployeeFactory(
        organisation=organisation, employee_number="E1", job_title="Clerk"
    )
    long_ago = timezone.now() - timedelta(days=9)
    Employee.objects.update(created_at=long_ago)
    age(employee)
    page = import_file(staff, organisation, "Employee number,Dept", "E1,Finance")
    assert "Import finished: 0 employees added, 1 changed." in page
    changed = Employee.objects.get()
    assert changed.pk == employee.pk
    assert changed.department == "Finance"
    assert changed.job_title == "Clerk"
    assert changed.created_at == long_ago
    assert changed.updated_at > LONG_AGO


def test_it_skips_whoever_is_already_as_in_the_file(
    staff: Client, organisation: Organisation
) -> None:
    import_file(staff, organisation, HEADING, ADA)
    before = Employee.objects.get().updated_at
    grace = "E2,Grace,casual,2024-07-01"
    page = import_file(staff, organisation, HEADING, ADA, grace)
    assert "1 employee added, 0 changed" in page
    assert Employee.objects.get(employee_number="E1").updated_at == before


def test_it_empties_a_field_whose_cell_is_empty(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(
        organisation=organisation,
        employee_number="E1",
        manager=EmployeeFactory(organisation=organisation),
        department="Sales",
        end_date=date(2030, 1, 1),
    )
    import_file(staff, organisation, "Employee number,Manager,Dept,End date", "E1,,,")
    employee = Employee.objects.get(employee_number="E1")
    assert (employee.manager, employee.department, employee.end_date) == (
        None,
        "",
        None,
    )


def test_it_leaves_status_and_hours_where_their_cells_are_empty(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(
        organisation=organisation,
        employee_number="E1",
        hours_per_week=20,
        status="terminated",
        end_date=date(2025, 1, 1),
    )
    import_file(
        staff, organisation, "Employee number,Dept,Hours,Status", "E1,Finance,,"
    )
    employee = Employee.objects.get()
    assert (employee.hours_per_week, employee.status) == (Decimal(20), "terminated")


def test_it_leaves_other_organisations_alone(
    staff: Client, organisation: Organisation
) -> None:
    other = EmployeeFactory(employee_number="E1", given_name="Other")
    import_file(staff, organisation, HEADING, ADA)
    other.refresh_from_db()
    assert other.given_name == "Other"
    assert organisation.employees.get().given_name == "Ada"


def test_it_takes_managers_who_come_further_down_or_are_known(
    staff: Client, organisation: Organisation
) -> None:
    boss = EmployeeFactory(organisation=organisation, employee_number="E0")
    import_file(
        staff,
        organisation,
        HEADING + ",Manager",
        "E1,Ada,casual,2024-07-01,E2",
        "E2,Grace,casual,2024-07-01,E0",
    )
    ada = organisation.employees.get(employee_number="E1")
    assert ada.manager
    assert ada.manager.employee_number == "E2"
    assert ada.manager.manager == boss


def test_it_lets_two_people_change_places(
    staff: Client, organisation: Organisation
) -> None:
    boss = EmployeeFactory(organisation=organisation, employee_number="E1")
    EmployeeFactory(organisation=organisation, employee_number="E2", manager=boss)
    import_file(staff, organisation, "Employee number,Manager", "E1,E2", "E2,")
    boss.refresh_from_db()
    assert boss.manager
    assert boss.manager.employee_number == "E2"
    assert boss.manager.manager is None


def test_it_is_recorded_once_for_the_organisation(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(organisation=organisation, employee_number="E1")
    grace = "E2,Grace,casual,2024-07-01"
    alan = "E3,Alan,casual,2024-07-01"
    import_file(staff, organisation, HEADING, ADA, grace, alan)
    event = AuditEvent.objects.get(organisation=organisation)
    assert event.action == AuditAction.STAFF_ACTED
    assert event.details == {
        "did": "imported",
        "what": "employees (2 added, 1 changed)",
        "fields": [
            "Employee number",
            "Given name",
            "Employment type",
            "Start date",
        ],
    }


def test_it_locks_the_audit_log_only_when_all_is_written(
    staff: Client, organisation: Organisation
) -> None:
    written = []

    def look(**kwargs: Any) -> None:
        written.append(Employee.objects.count())

    change_begins.connect(look)
    try:
        import_file(staff, organisation, HEADING, ADA)
    finally:
        change_begins.disconnect(look)
    assert written == [1]


def test_it_imports_nothing_that_can_not_be_recorded(
    staff: Client, organisation: Organisation, monkeypatch: Any
) -> None:
    response = upload(staff, organisation, csv(HEADING, ADA))
    monkeypatch.setattr(settings, "AUDIT_HMAC_KEY", "")
    staff.raise_request_exception = False
    assert staff.post(CONFIRM, {"preview": preview_of(response)}).status_code == 500
    assert not Employee.objects.exists()


def test_it_keeps_the_file_out_of_error_mails(
    staff: Client,
    organisation: Organisation,
    monkeypatch: Any,
    mailoutbox: list[EmailMessage],
) -> None:
    preview = preview_of(upload(staff, organisation, csv(HEADING, ADA)))
    monkeypatch.setattr(settings, "ADMINS", [("Operator", "operator@example.com")])
    monkeypatch.setattr(settings, "AUDIT_HMAC_KEY", "")
    staff.raise_request_exception = False
    staff.post(CONFIRM, {"preview": preview})
    [mail] = mailoutbox
    assert CONFIRM in mail.body
    assert preview not in mail.body


def test_it_does_not_hide_our_own_faults(
    staff: Client, organisation: Organisation, monkeypatch: Any
) -> None:
    def fail(*arguments: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("employees.models.Employee.clean", fail)
    with pytest.raises(RuntimeError):
        upload(staff, organisation, csv(HEADING, ADA))
