"""What stands in one cell or row."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from tests.employees.imports.uploading import (
    ADA,
    HEADING,
    csv,
    import_file,
    problems,
    upload,
)
from tests.factories import EXAMPLE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "written", ["2024-07-01", "1/7/2024", "01/07/2024", "1-7-2024", "01-07-2024"]
)
def test_it_reads_dates(
    staff: Client, organisation: Organisation, written: str
) -> None:
    import_file(staff, organisation, HEADING, f"E1,Ada,casual,{written}")
    assert Employee.objects.get().start_date == date(2024, 7, 1)


@pytest.mark.parametrize("written", ["full_time", "Full time", "FULL-TIME", "fulltime"])
def test_it_reads_choices_by_value_or_label(
    staff: Client, organisation: Organisation, written: str
) -> None:
    import_file(staff, organisation, HEADING, f"E1,Ada,{written},2024-07-01")
    assert Employee.objects.get().employment_type == "full_time"


@pytest.mark.parametrize("written", ["NSW", "nsw", "New South Wales"])
def test_it_reads_states_by_code_or_name(
    staff: Client, organisation: Organisation, written: str
) -> None:
    import_file(staff, organisation, HEADING + ",State", f"{ADA},{written}")
    assert Employee.objects.get().state == "NSW"


@pytest.mark.parametrize("written", ["37.5", "37.50", " 37.5 ", "+37.5", "037.5"])
def test_it_reads_hours(
    staff: Client, organisation: Organisation, written: str
) -> None:
    import_file(staff, organisation, HEADING + ",Hours", f"{ADA},{written}")
    assert Employee.objects.get().hours_per_week == Decimal("37.5")


@pytest.mark.parametrize(("written", "hours"), [("38.", "38"), (".5", "0.5")])
def test_it_reads_hours_without_all_digits(
    staff: Client, organisation: Organisation, written: str, hours: str
) -> None:
    import_file(staff, organisation, HEADING + ",Hours", f"{ADA},{written}")
    assert Employee.objects.get().hours_per_week == Decimal(hours)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("Employee number", "", "This can't be empty."),
        ("Given name", "", "This can't be empty."),
        ("Start date", "", "This can't be empty."),
        ("Start date", "31/2/2024", "There is no such day."),
        ("Start date", "7/2024", "Write the date like 31/7/2024 or 2024-07-31."),
        ("Start date", "1/7/24", "Write the date like 31/7/2024 or 2024-07-31."),
        (
            "Employment type",
            "permanent",
            "Use one of: Full time, Part time, Casual, Fixed term.",
        ),
        ("Hours per week", "many", "Write a number, such as 38 or 37.5."),
        ("Hours per week", "NaN", "Write a number, such as 38 or 37.5."),
        ("Hours per week", "1_0", "Write a number, such as 38 or 37.5."),
        ("Hours per week", "３８", "Write a number, such as 38 or 37.5."),
        ("Hours per week", "1e1", "Write a number, such as 38 or 37.5."),
        ("Hours per week", ".", "Write a number, such as 38 or 37.5."),
        (
            "Hours per week",
            "-1",
            "Ensure this value is greater than or equal to 0.",
        ),
        (
            "Hours per week",
            "169",
            "Ensure this value is less than or equal to 168.",
        ),
        ("Email", "ada", "Enter a valid email address."),
        (
            "Department",
            "A" * 100_000,
            "Ensure this value has at most 100 characters (it has 100000).",
        ),
        (
            "Department",
            "Sa\u200bles",
            "The invisible character U+200B can't be used here.",
        ),
        (
            "Department",
            EXAMPLE,
            ("This looks like an API key. Keys are never stored: please take it out."),
        ),
        ("End date", "30/6/2024", "The end date lies before the start date."),
        (
            "Manager",
            "E9",
            "Nobody has this employee number, in the organisation or in the file.",
        ),
        ("Manager", "E1", "This makes a circle of managers: E1 → E1."),
    ],
)
def test_it_says_what_is_wrong_with_a_cell(
    staff: Client,
    organisation: Organisation,
    column: str,
    cell: str,
    message: str,
) -> None:
    row = {
        "Employee number": "E1",
        "Given name": "Ada",
        "Employment type": "casual",
        "Start date": "2024-07-01",
    } | {column: cell}
    found = problems(staff, organisation, ",".join(row), ",".join(row.values()))
    assert found == [(2, column, message)]


def test_it_does_not_show_a_key_that_is_in_the_file(
    staff: Client, organisation: Organisation
) -> None:
    response = upload(staff, organisation, csv(HEADING + ",Dept", f"{ADA},{EXAMPLE}"))
    assert EXAMPLE not in response.content.decode()


def test_it_needs_an_end_date_for_the_terminated(
    staff: Client, organisation: Organisation
) -> None:
    found = problems(staff, organisation, HEADING + ",Status", ADA + ",Terminated")
    assert found == [(2, "End date", "A terminated employee needs an end date.")]
