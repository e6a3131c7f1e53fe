"""The form, and the preview of what a file would change."""

from typing import Any

import pytest
from django.test import Client

from apikeys.models import AuditEvent
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from tests.employees.imports.uploading import (
    ADA,
    BACKEND,
    CONFIRM,
    HEADING,
    IMPORT,
    csv,
    import_file,
    preview_of,
    signed_in,
    text,
    upload,
)
from tests.factories import EmployeeFactory, UserFactory

pytestmark = pytest.mark.django_db


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
