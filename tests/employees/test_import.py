"""Importing an organisation's employees from a CSV file, in Django admin."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys.models import AuditAction, AuditEvent
from employees.imports import files, forms, roster
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.organisations.signals import change_begins
from tests.employees.ageing import LONG_AGO, age
from tests.factories import (
    EXAMPLE,
    EmployeeFactory,
    OrganisationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

IMPORT = "/admin/employees/employee/import/"
CONFIRM = "/admin/employees/employee/process_import/"
BACKEND = "hrtoolkit.organisations.backends.UserBackend"

HEADING = "employee_number,given_name,employment_type,start_date"
ADA = "E1,Ada,casual,2024-07-01"


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def staff() -> Client:
    return signed_in(staff=True)


def signed_in(**traits: Any) -> Client:
    client = Client()
    client.force_login(UserFactory(**traits), backend=BACKEND)
    return client


def csv(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def upload(staff: Client, organisation: Organisation, content: bytes) -> Any:
    """Upload a file and return the page with its preview, or with what is wrong."""
    file = SimpleUploadedFile("employees.csv", content, content_type="text/csv")
    return staff.post(IMPORT, {"organisation": organisation.pk, "import_file": file})


def preview_of(response: Any) -> str:
    """Return what the confirmation page carries, or nothing."""
    match = re.search(r'name="preview" value="([^"]*)"', response.content.decode())
    return match[1] if match else ""


def confirm(staff: Client, response: Any) -> Any:
    """Press the button of a preview."""
    preview = preview_of(response)
    assert preview, text(response)
    return staff.post(CONFIRM, {"preview": preview}, follow=True)


def import_file(staff: Client, organisation: Organisation, *lines: str) -> str:
    """Import a file and return what the page then says."""
    return text(confirm(staff, upload(staff, organisation, csv(*lines))))


def problems(
    staff: Client, organisation: Organisation, *lines: str
) -> list[tuple[int, str, str]]:
    """Upload a file that is wrong; return row, column and what is wrong."""
    before = list(Employee.objects.order_by("pk").values())
    response = upload(staff, organisation, csv(*lines))
    assert not preview_of(response)
    assert list(Employee.objects.order_by("pk").values()) == before
    found = response.context["result"].problems
    for problem in found:
        assert problem.message in text(response)
    return [(problem.row, problem.column, problem.message) for problem in found]


def refusal(staff: Client, organisation: Organisation, content: bytes) -> str:
    """Upload what can't be read; return what the form says of it."""
    response = upload(staff, organisation, content)
    assert not preview_of(response)
    [error] = response.context["form"].errors["import_file"]
    assert error in text(response)
    return str(error)


def text(response: Any) -> str:
    """Return a page without its markup."""
    assert response.status_code == 200
    words = re.sub(r"<[^>]*>", " ", response.content.decode()).split()
    return unescape(" ".join(words))


@pytest.mark.parametrize("address", [IMPORT, CONFIRM])
def test_it_asks_strangers_to_sign_in(address: str) -> None:
    response = Client().post(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/login/")


@pytest.mark.parametrize("address", [IMPORT, CONFIRM])
def test_it_turns_org_admins_away(address: str) -> None:
    assert signed_in(org_admin=True).post(address).status_code == 403


@pytest.mark.parametrize("address", [IMPORT, CONFIRM])
def test_it_turns_staff_away_who_may_not_add_employees(address: str) -> None:
    user = UserFactory(staff=True, is_superuser=False)
    client = Client()
    client.force_login(user, backend=BACKEND)
    assert client.post(address).status_code == 403


def test_it_is_offered_beside_the_list(staff: Client) -> None:
    response = staff.get("/admin/employees/employee/")
    assert IMPORT in response.content.decode()


def test_it_explains_which_columns_there_are(staff: Client) -> None:
    page = text(staff.get(IMPORT))
    assert "Given name, Employment type, Start date" in page
    assert "Hours per week" in page


def test_it_needs_an_organisation_and_a_file(staff: Client) -> None:
    response = staff.post(IMPORT, {"organisation": ""})
    assert response.context["form"].errors.keys() == {"organisation", "import_file"}


def test_it_saves_nothing(staff: Client, organisation: Organisation) -> None:
    response = upload(staff, organisation, csv(HEADING, ADA))
    assert "1 employee to add" in text(response)
    assert not Employee.objects.exists()
    assert not AuditEvent.objects.filter(organisation=organisation).exists()


def test_it_shows_what_would_change(staff: Client, organisation: Organisation) -> None:
    for number in ("E1", "E2"):
        EmployeeFactory(
            organisation=organisation, employee_number=number, department="Sales"
        )
    response = upload(
        staff, organisation, csv("Employee number,Dept", "E1,Finance", "E2,Sales")
    )
    page = text(response)
    assert f"Preview for {organisation}" in page
    assert "0 employees to add" in page
    assert "1 to change" in page
    assert "1 already as in the file" in page
    assert "<del>Sales</del> <ins>Finance</ins>" in response.content.decode()


def test_it_shows_a_manager_by_name_who_comes_further_down(
    staff: Client, organisation: Organisation
) -> None:
    response = upload(
        staff,
        organisation,
        csv(HEADING + ",manager", ADA + ",E2", "E2,Grace,casual,2024-07-01,"),
    )
    assert "Grace (E2)" in text(response)


def test_it_shows_text_as_text(staff: Client, organisation: Organisation) -> None:
    response = upload(
        staff, organisation, csv(HEADING, "E1,<i>Ada</i>,casual,2024-07-01")
    )
    assert "&lt;i&gt;Ada&lt;/i&gt;" in response.content.decode()


def test_it_names_the_columns_that_are_not_imported(
    staff: Client, organisation: Organisation
) -> None:
    response = upload(
        staff,
        organisation,
        csv(HEADING + ",TFN,,Bank account,", ADA + ",1,2,3,"),
    )
    assert (
        "Not imported: the columns TFN, (column 6, without a heading),"
        " Bank account." in text(response)
    )


def test_it_has_no_button_where_nothing_changes(
    staff: Client, organisation: Organisation
) -> None:
    import_file(staff, organisation, HEADING, ADA)
    response = upload(staff, organisation, csv(HEADING, ADA))
    assert "There is nothing to import" in text(response)
    assert not preview_of(response)


def test_it_shows_the_first_rows_of_many(
    staff: Client, organisation: Organisation
) -> None:
    lines = [f"E{n},Ada,casual,2024-07-01" for n in range(150)]
    page = text(upload(staff, organisation, csv(HEADING, *lines)))
    assert "150 employees to add" in page
    assert "The first 100 of 150" in page


def test_it_keeps_no_copy_of_the_file(
    staff: Client, organisation: Organisation, tmp_path: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    upload(staff, organisation, csv(HEADING, ADA))
    assert not list(tmp_path.iterdir())


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
        "what": "2 employees added, 1 changed",
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


@pytest.mark.parametrize("written", ["37.5", "37.50", " 37.5 "])
def test_it_reads_hours(
    staff: Client, organisation: Organisation, written: str
) -> None:
    import_file(staff, organisation, HEADING + ",Hours", f"{ADA},{written}")
    assert Employee.objects.get().hours_per_week == Decimal("37.5")


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
