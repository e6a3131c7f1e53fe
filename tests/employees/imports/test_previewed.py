"""Nothing but what the preview showed is imported."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from apikeys.models import AuditEvent
from employees.imports import forms, resource, roster
from employees.imports.writing import write
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from tests.employees.ageing import age
from tests.employees.imports.uploading import (
    ADA,
    CONFIRM,
    HEADING,
    confirm,
    csv,
    preview_of,
    text,
    upload,
)
from tests.factories import EmployeeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

OUTDATED = "These employees have changed since the preview. Nothing was imported;"


def test_it_does_nothing_when_it_is_confirmed_twice(
    staff: Client, organisation: Organisation
) -> None:
    response = upload(staff, organisation, csv(HEADING, ADA))
    confirm(staff, response)
    page = text(confirm(staff, response))
    assert "0 employees added, 0 changed" in page
    assert AuditEvent.objects.filter(organisation=organisation).count() == 1


def test_it_imports_for_the_organisation_of_the_preview(
    staff: Client, organisation: Organisation
) -> None:
    other = OrganisationFactory()
    response = upload(staff, organisation, csv(HEADING, ADA))
    staff.post(CONFIRM, {"preview": preview_of(response), "organisation": other.pk})
    assert Employee.objects.get().organisation == organisation


@pytest.mark.parametrize("change", ["x", ""])
def test_it_refuses_a_preview_that_was_changed(
    staff: Client, organisation: Organisation, change: str
) -> None:
    response = upload(staff, organisation, csv(HEADING, ADA))
    preview = preview_of(response) + change if change else ""
    page = text(staff.post(CONFIRM, {"preview": preview}))
    assert "Please upload the file again." in page
    assert not Employee.objects.exists()


def test_it_refuses_an_old_preview(
    staff: Client, organisation: Organisation, monkeypatch: Any
) -> None:
    response = upload(staff, organisation, csv(HEADING, ADA))
    monkeypatch.setattr(forms, "MAX_AGE", timedelta(0))
    page = text(staff.post(CONFIRM, {"preview": preview_of(response)}))
    assert "This preview is too old." in page
    assert not Employee.objects.exists()


def test_it_imports_nothing_but_what_the_preview_showed(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(organisation=organisation, employee_number="E1", job_title="Clerk")
    lines = csv("Employee number,Status,Job title", "E1,Active,Driver")
    first = upload(staff, organisation, lines)
    Employee.objects.update(status="terminated", end_date=date(2025, 1, 1))
    second = confirm(staff, first)
    assert f"Preview for {organisation}" in text(second)
    assert OUTDATED in text(second)
    assert "<del>Terminated</del> <ins>Active</ins>" in second.content.decode()
    employee = Employee.objects.get()
    assert (employee.status, employee.job_title) == ("terminated", "Clerk")
    assert not AuditEvent.objects.filter(organisation=organisation).exists()
    assert "0 employees added, 1 changed." in text(confirm(staff, second))
    employee.refresh_from_db()
    assert (employee.status, employee.job_title) == ("active", "Driver")


def test_it_notices_what_changed_beyond_the_rows_shown(
    staff: Client, organisation: Organisation, monkeypatch: Any
) -> None:
    monkeypatch.setattr(resource, "ROWS_SHOWN", 1)
    for number in ("E1", "E2"):
        EmployeeFactory(organisation=organisation, employee_number=number)
    lines = csv("Employee number,Dept", "E1,Finance", "E2,Finance")
    response = upload(staff, organisation, lines)
    Employee.objects.filter(employee_number="E2").update(department="Depot")
    assert OUTDATED in text(confirm(staff, response))
    assert not Employee.objects.filter(department="Finance").exists()


def test_it_notices_that_someone_else_added_the_employee(
    staff: Client, organisation: Organisation
) -> None:
    response = upload(staff, organisation, csv(HEADING, ADA))
    EmployeeFactory(organisation=organisation, employee_number="E1")
    page = text(confirm(staff, response))
    assert OUTDATED in page
    assert "0 employees to add 1 to change" in page
    assert Employee.objects.get().given_name == "Sam"


def test_it_notices_another_manager(staff: Client, organisation: Organisation) -> None:
    managers = EmployeeFactory.create_batch(2, organisation=organisation)
    EmployeeFactory(
        organisation=organisation, employee_number="E1", manager=managers[0]
    )
    response = upload(staff, organisation, csv("Employee number,Manager", "E1,"))
    Employee.objects.filter(employee_number="E1").update(manager=managers[1])
    assert OUTDATED in text(confirm(staff, response))


def test_it_minds_no_change_of_what_the_file_has_no_column_for(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(organisation=organisation, employee_number="E1")
    response = upload(staff, organisation, csv("Employee number,Dept", "E1,Finance"))
    Employee.objects.update(job_title="Driver")
    assert "0 employees added, 1 changed." in text(confirm(staff, response))
    employee = Employee.objects.get()
    assert (employee.department, employee.job_title) == ("Finance", "Driver")


def test_it_checks_again_what_was_changed_in_the_meantime(
    staff: Client, organisation: Organisation
) -> None:
    boss = EmployeeFactory(organisation=organisation, employee_number="E1")
    EmployeeFactory(organisation=organisation, employee_number="E2")
    lines = csv("Employee number,Manager", "E1,E2")
    response = upload(staff, organisation, lines)
    Employee.objects.filter(employee_number="E2").update(manager=boss)
    page = text(confirm(staff, response))
    assert "Nothing was imported." in page
    assert "This makes a circle of managers: E1 → E2 → E1." in page
    boss.refresh_from_db()
    assert boss.manager is None


def test_it_says_so_when_someone_else_was_faster(
    staff: Client, organisation: Organisation, monkeypatch: Any
) -> None:
    response = upload(staff, organisation, csv(HEADING, ADA))
    EmployeeFactory(organisation=organisation, employee_number="E1")
    # As it is when the other one commits after we have looked.
    monkeypatch.setattr(roster.Roster, "known", lambda *arguments: {})
    page = text(confirm(staff, response))
    assert "Someone else changed this organisation's employees" in page
    assert Employee.objects.get().given_name == "Sam"
    assert not AuditEvent.objects.filter(organisation=organisation).exists()


@pytest.mark.parametrize(
    "interfere",
    [
        lambda employees: employees.update(department="Depot"),
        lambda employees: employees.delete(),
    ],
    ids=["changed", "deleted"],
)
def test_it_says_so_when_someone_else_changed_an_employee_first(
    staff: Client,
    organisation: Organisation,
    monkeypatch: Any,
    interfere: Callable[[QuerySet[Employee]], None],
) -> None:
    age(EmployeeFactory(organisation=organisation, employee_number="E1"))
    response = upload(staff, organisation, csv("Employee number,Position", "E1,Driver"))

    def too_late(*arguments: Any) -> None:
        interfere(Employee.objects.all())
        write(*arguments)

    monkeypatch.setattr(resource, "write", too_late)
    page = text(confirm(staff, response))
    assert "Someone else changed this organisation's employees" in page
    assert Employee.objects.get().job_title == ""
    assert not AuditEvent.objects.filter(organisation=organisation).exists()
