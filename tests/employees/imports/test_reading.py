"""The files that are read, and those that can't be."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from employees.imports import files, forms
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from tests.employees.imports.uploading import (
    ADA,
    HEADING,
    confirm,
    csv,
    import_file,
    preview_of,
    problems,
    refusal,
    text,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "heading",
    [
        "Employee Number,First name,Last name,Employment Type,Start date",
        "EMPLOYEE_NUMBER,FIRST_NAME,SURNAME,EMPLOYMENT_TYPE,START_DATE",
        "employee-number, Given Name ,FamilyName,employment type,Hire Date",
    ],
)
def test_it_knows_headings_however_they_are_written(
    staff: Client, organisation: Organisation, heading: str
) -> None:
    import_file(staff, organisation, heading, "E1,Ada,Lovelace,casual,2024-07-01")
    employee = Employee.objects.get()
    assert (employee.given_name, employee.family_name) == ("Ada", "Lovelace")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_it_reads_what_offices_have(
    staff: Client,
    organisation: Organisation,
    encoding: str,
    delimiter: str,
    line_end: str,
) -> None:
    lines = [HEADING.replace(",", delimiter)]
    lines.append(delimiter.join(("E1", '"Zoë, called Zo"', "casual", "2024-07-01")))
    content = line_end.join(lines).encode(encoding)
    confirm(staff, upload(staff, organisation, content))
    assert Employee.objects.get().given_name == "Zoë, called Zo"


def test_it_trims_cells_and_skips_empty_rows(
    staff: Client, organisation: Organisation
) -> None:
    lines = ["", HEADING, "", " E1 ,\tAda , casual,2024-07-01 ", ",,,", " , ,,"]
    import_file(staff, organisation, *lines)
    employee = Employee.objects.get()
    assert (employee.employee_number, employee.given_name) == ("E1", "Ada")


def test_it_counts_rows_as_a_spreadsheet_does(
    staff: Client, organisation: Organisation
) -> None:
    found = problems(
        staff, organisation, HEADING, ",,,", '"E\n1",Ada,casual,2024-07-01', ADA[1:]
    )
    assert [row for row, _, _ in found] == [3]


def test_it_fills_up_short_rows(staff: Client, organisation: Organisation) -> None:
    import_file(staff, organisation, HEADING + ",Dept,Location", ADA)
    assert Employee.objects.get().location == ""


def test_it_takes_formulas_for_the_text_that_they_are(
    staff: Client, organisation: Organisation
) -> None:
    import_file(staff, organisation, HEADING + ",Position", ADA + ",=1+1")
    assert Employee.objects.get().job_title == "=1+1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b" \r\n\r\n", "The column “Employee number” is missing."),
        (csv(HEADING), "There is no employee in this file."),
        (csv("Name,Start date", "Ada,1/7/2024"), "“Employee number” is missing."),
        (csv("First name,Employee no,Given name"), "Two columns hold the given"),
        (csv(HEADING, ADA + ",x"), "Row 2 has more cells than the first row"),
        (csv(HEADING, 'E1,"Ada'), "can't be read as CSV beyond line 2"),
        (csv(HEADING, "E1," + "A" * 200_000), "field larger than field limit"),
        (csv(HEADING, "E1,A\0da"), files.NOT_CSV),
        (b"PK\x03\x04...", files.SPREADSHEET),
        (b"\xd0\xcf\x11\xe0...", files.SPREADSHEET),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", files.NOT_CSV),
        (b"\x7fELF\x02\x01\x01\n", files.NOT_CSV),
        (b"\xff\xfe\x00", files.NOT_CSV),
    ],
)
def test_it_says_why_a_file_can_not_be_read(
    staff: Client,
    organisation: Organisation,
    content: bytes,
    message: str,
) -> None:
    assert message in refusal(staff, organisation, content)


def test_it_refuses_a_file_that_is_too_big(
    staff: Client, organisation: Organisation, monkeypatch: Any
) -> None:
    monkeypatch.setattr(forms, "MAX_BYTES", 10)
    assert refusal(staff, organisation, csv(HEADING, ADA)) == files.TOO_BIG


def test_it_refuses_a_file_with_too_many_rows(
    staff: Client, organisation: Organisation, monkeypatch: Any
) -> None:
    monkeypatch.setattr(files, "MAX_ROWS", 1)
    content = csv(HEADING, ADA, "E2,Grace,casual,2024-07-01")
    assert refusal(staff, organisation, content) == files.TOO_BIG


def test_it_refuses_a_file_that_the_confirmation_could_not_carry(
    staff: Client, organisation: Organisation, monkeypatch: Any
) -> None:
    monkeypatch.setattr(settings, "DATA_UPLOAD_MAX_MEMORY_SIZE", 1100)
    assert refusal(staff, organisation, csv(HEADING, ADA)) == files.TOO_BIG


def test_it_names_the_columns_without_which_nobody_can_be_added(
    staff: Client, organisation: Organisation
) -> None:
    response = upload(staff, organisation, csv("Employee number,Given name", "E1,Ada"))
    assert "the file needs more columns: Employment type, Start date." in text(response)
    assert not preview_of(response)
