"""What staff do with a file, and what the pages then say."""

import re
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from employees.models import Employee
from hrtoolkit.organisations.models import Organisation
from tests.factories import UserFactory

IMPORT = "/admin/employees/employee/import/"
CONFIRM = "/admin/employees/employee/process_import/"
BACKEND = "hrtoolkit.organisations.backends.UserBackend"
HEADING = "employee_number,given_name,employment_type,start_date"
ADA = "E1,Ada,casual,2024-07-01"


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
