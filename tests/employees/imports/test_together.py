"""What the rows of a file are to each other."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hrtoolkit.organisations.models import Organisation
from tests.employees.imports.uploading import (
    ADA,
    CONFIRM,
    HEADING,
    csv,
    preview_of,
    problems,
    text,
    upload,
)
from tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


def test_it_imports_nothing_where_one_row_is_wrong(
    staff: Client, organisation: Organisation
) -> None:
    found = problems(
        staff,
        organisation,
        HEADING,
        ADA,
        "E2,,casual,tomorrow",
        "E3,Alan,daily,2024-07-01",
    )
    assert [(row, column) for row, column, _ in found] == [
        (3, "Given name"),
        (3, "Start date"),
        (4, "Employment type"),
    ]


def test_it_refuses_a_number_that_comes_twice(
    staff: Client, organisation: Organisation
) -> None:
    message = "Several rows have this employee number."
    assert problems(staff, organisation, HEADING, ADA, ADA) == [
        (2, "Employee number", message),
        (3, "Employee number", message),
    ]


def test_it_refuses_a_circle_of_managers(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(
        organisation=organisation,
        employee_number="E3",
        manager=EmployeeFactory(organisation=organisation, employee_number="E1"),
    )
    found = problems(
        staff,
        organisation,
        HEADING + ",Manager",
        ADA + ",E2",
        "E2,Grace,casual,2024-07-01,E3",
        "E4,Alan,casual,2024-07-01,E1",
    )
    assert found == [
        (2, "Manager", "This makes a circle of managers: E1 → E2 → E3 → E1."),
        (3, "Manager", "This makes a circle of managers: E2 → E3 → E1 → E2."),
    ]


def test_it_shortens_a_long_circle(staff: Client, organisation: Organisation) -> None:
    lines = [f"E{n},Ada,casual,2024-07-01,E{(n + 1) % 9}" for n in range(9)]
    [first, *_] = problems(staff, organisation, HEADING + ",Manager", *lines)
    assert first[2].endswith("E0 → E1 → E2 → E3 → … → E0.")


def test_it_does_not_know_managers_of_other_organisations(
    staff: Client, organisation: Organisation
) -> None:
    EmployeeFactory(employee_number="E9")
    [(row, column, _)] = problems(
        staff, organisation, HEADING + ",Manager", ADA + ",E9"
    )
    assert (row, column) == (2, "Manager")


def test_it_shows_the_first_of_many_problems(
    staff: Client, organisation: Organisation
) -> None:
    lines = [f"E{n},Ada,casual,tomorrow" for n in range(150)]
    page = text(upload(staff, organisation, csv(HEADING, *lines)))
    assert "The first 100 of 150 problems" in page


def test_it_asks_no_query_for_each_row(
    staff: Client,
    organisation: Organisation,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    lines = [f"E{n},Ada,casual,2024-07-01,E{n + 1}" for n in range(400)]
    content = csv(HEADING + ",Manager", *lines, "E400,Ada,casual,2024-07-01,")
    with django_assert_max_num_queries(25):
        response = upload(staff, organisation, content)
    # SQLite takes some fifty employees in a statement.
    with django_assert_max_num_queries(60):
        staff.post(CONFIRM, {"preview": preview_of(response)})
    assert organisation.employees.exclude(manager=None).count() == 400
    content = csv("Employee number,Dept", *[f"E{n},Finance" for n in range(400)])
    with django_assert_max_num_queries(25):
        response = upload(staff, organisation, content)
    with django_assert_max_num_queries(40):
        staff.post(CONFIRM, {"preview": preview_of(response)})
    assert organisation.employees.filter(department="Finance").count() == 400
