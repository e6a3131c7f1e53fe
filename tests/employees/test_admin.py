"""Employees in Django admin."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apikeys.models import AuditEvent
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from tests.employees.imports.uploading import text
from tests.factories import EmployeeFactory, OrganisationFactory, UserFactory
from tests.people import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(
        UserFactory(staff=True), backend="hrtoolkit.organisations.backends.UserBackend"
    )
    return client


def change_page(employee: Employee) -> str:
    return f"/admin/employees/employee/{employee.pk}/change/"


def test_it_lists_employees_with_few_queries(
    staff: Client,
    organisation: Organisation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    boss = EmployeeFactory(organisation=organisation, department="Board")
    EmployeeFactory.create_batch(20, organisation=organisation, manager=boss)
    EmployeeFactory.create_batch(20)
    url = f"/admin/employees/employee/?organisation__id__exact={organisation.pk}"
    with django_assert_num_queries(6):
        response = staff.get(url)
    assert response.context["cl"].result_count == 21


def test_it_filters_by_the_departments_of_the_chosen_organisation(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(organisation=organisation, department="Board")
    EmployeeFactory(organisation=organisation, department="Sales")
    EmployeeFactory(department="Elsewhere")
    url = "/admin/employees/employee/"
    chosen = f"{url}?organisation__id__exact={organisation.pk}"
    assert "By department" not in text(staff.get(url))
    page = text(staff.get(chosen))
    assert "By department All Board Sales" in page
    response = staff.get(chosen + "&department=Board")
    assert response.context["cl"].result_count == 1


def test_it_finds_employees_by_number_name_and_organisation(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(organisation=organisation, employee_number="X77")
    EmployeeFactory(employee_number="X77")
    response = staff.get(
        "/admin/employees/employee/", {"q": f"x77 {organisation.name}"}
    )
    assert response.context["cl"].result_count == 1


def test_it_never_deletes_an_employee(
    staff: Client, organisation: Organisation
) -> None:
    employee = EmployeeFactory(organisation=organisation)
    url = f"/admin/employees/employee/{employee.pk}/delete/"
    assert staff.get(url).status_code == 403
    assert staff.post(url, {"post": "yes"}).status_code == 403
    staff.post(
        "/admin/employees/employee/",
        {
            "action": "delete_selected",
            "_selected_action": employee.pk,
            "post": "yes",
        },
    )
    assert Employee.objects.exists()


def test_it_records_what_staff_change(
    staff: Client, organisation: Organisation
) -> None:
    employee = EmployeeFactory(organisation=organisation)
    fields = fields_of(staff.get(change_page(employee)))
    staff.post(change_page(employee), fields | {"department": "Finance"})
    employee.refresh_from_db()
    assert employee.department == "Finance"
    event = AuditEvent.objects.get(organisation=organisation)
    assert event.details["fields"] == ["Department"]


def test_it_keeps_an_employee_in_the_organisation(
    staff: Client, organisation: Organisation
) -> None:
    employee = EmployeeFactory(organisation=organisation)
    other = OrganisationFactory()
    fields = fields_of(staff.get(change_page(employee)))
    staff.post(change_page(employee), fields | {"organisation": other.pk})
    employee.refresh_from_db()
    assert employee.organisation == organisation


def test_it_refuses_a_number_that_is_taken(
    staff: Client, organisation: Organisation
) -> None:
    employee = EmployeeFactory(organisation=organisation)
    other = EmployeeFactory(organisation=organisation)
    fields = fields_of(staff.get(change_page(employee)))
    response = staff.post(
        change_page(employee), fields | {"employee_number": other.employee_number}
    )
    assert "This employee number is taken." in text(response)


def test_it_refuses_a_manager_of_another_organisation(
    staff: Client, organisation: Organisation
) -> None:
    employee = EmployeeFactory(organisation=organisation)
    fields = fields_of(staff.get(change_page(employee)))
    response = staff.post(
        change_page(employee), fields | {"manager": EmployeeFactory().pk}
    )
    assert "This person works elsewhere." in text(response)


def test_it_offers_managers_of_the_same_organisation(
    staff: Client, organisation: Organisation
) -> None:
    employee = EmployeeFactory(organisation=organisation)
    EmployeeFactory()
    page = staff.get(change_page(employee)).content.decode()
    [address] = re.findall(r'data-ajax--url="([^"]*organisation=[^"]*)"', page)
    found = staff.get(
        address,
        {"app_label": "employees", "model_name": "employee", "field_name": "manager"}
        | {"organisation": organisation.pk},
    ).json()
    assert [result["text"] for result in found["results"]] == [str(employee)]


def test_it_offers_managers_of_every_organisation_to_a_new_employee(
    staff: Client,
) -> None:
    page = staff.get("/admin/employees/employee/add/").content.decode()
    assert "autocomplete/?organisation" not in page
    assert page.count("/admin/autocomplete/") == 2


def test_it_refuses_a_circle_of_managers(
    staff: Client, organisation: Organisation
) -> None:
    head = EmployeeFactory(organisation=organisation)
    middle = EmployeeFactory(organisation=organisation, manager=head)
    report = EmployeeFactory(organisation=organisation, manager=middle)
    fields = fields_of(staff.get(change_page(head)))
    response = staff.post(change_page(head), fields | {"manager": report.pk})
    assert "This person would be their own manager." in text(response)
