"""Several people at once: nobody waits for ever, nothing is lost or done twice."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.db.models.signals import post_save
from django.test import Client

from apikeys import audit, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditEvent
from apikeys.services import locks
from employees.imports import resource, writing
from employees.imports.writing import write
from employees.models import Employee
from hrtoolkit.organisations.models import Organisation, User
from tests.employees.imports.uploading import confirm, csv, text, upload
from tests.factories import (
    EmployeeFactory,
    KeyUseFactory,
    OrganisationFactory,
    UserFactory,
    generated_key,
)
from tests.factories.api_keys import OPERATOR
from tests.people import browser_of, fields_of

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 8
ROUNDS = 6


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Begin all calls at the same instant, and return what they return."""
    together = threading.Barrier(len(calls))

    def begin(call: Callable[[], Any]) -> Any:
        together.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as people:
        return list(people.map(begin, calls))


def verdicts(organisations: Iterable[Organisation | None]) -> list[str | None]:
    return [audit.verify_chain(organisation).fault for organisation in organisations]


def test_eight_writers_lose_no_event_and_none_is_told_of_a_lock() -> None:
    organisation = OrganisationFactory()

    def write() -> None:
        for _ in range(ROUNDS):
            old = generated_key(organisation=organisation).api_key
            services.rotate(old, actor=OPERATOR, submission_id=uuid4())
            services.revoke(old, actor=OPERATOR)

    at_once(*[write] * WRITERS)
    count = WRITERS * ROUNDS
    events = AuditEvent.objects.filter(organisation=organisation)
    assert Counter(events.values_list("action", flat=True)) == {
        "generated": 2 * count,
        "rotated": count,
        "revoked": count,
    }
    assert APIKey.objects.filter(revoked_at=None).count() == count
    assert verdicts([organisation]) == [None]


def test_a_form_that_is_sent_eight_times_makes_one_key() -> None:
    organisation = OrganisationFactory()
    submission_id = uuid4()

    def send() -> str:
        try:
            generated_key(organisation=organisation, submission_id=submission_id)
        except services.AlreadyGenerated:
            return "already"
        return "generated"

    ended = Counter(at_once(*[send] * WRITERS))
    assert ended == {"generated": 1, "already": WRITERS - 1}
    assert AuditEvent.objects.count() == APIKey.objects.count() == 1


def test_two_people_revoke_one_key_at_once_and_it_is_recorded_once() -> None:
    key = generated_key().api_key
    at_once(*[lambda: services.revoke(key, actor=OPERATOR)] * WRITERS)
    assert AuditEvent.objects.filter(action=AuditAction.REVOKED).count() == 1


def test_staff_change_a_person_who_is_generating_a_key() -> None:
    """Neither waits for the other's lock while the other waits for theirs."""
    user = UserFactory(org_admin=True)
    organisation = user.organisation
    assert organisation is not None
    staff = Client()
    staff.force_login(
        UserFactory(staff=True),
        backend="hrtoolkit.organisations.backends.UserBackend",
    )
    page = f"/admin/organisations/user/{user.pk}/change/"
    form = fields_of(staff.get(page)) | {
        "email": "mei.tan@harbour.example",
        "first_name": "Mei",
        "role": "manager",
    }
    saved, locked = threading.Event(), threading.Event()

    def hold(sender: type[User], **kwargs: Any) -> None:
        """Let the other one lock the chain now, if it can."""
        saved.set()
        locked.wait(0.5)

    def change() -> int:
        return staff.post(page, form).status_code

    def generate() -> str:
        assert saved.wait(5)
        actor = Actor(name=str(user), user=user)
        return generated_key(organisation=organisation, actor=actor).api_key.name

    lock_chain = audit.lock_chain

    def lock_and_tell(organisation: Organisation | None) -> Any:
        chain = lock_chain(organisation)
        if saved.is_set():
            locked.set()
        return chain

    post_save.connect(hold, sender=User)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(audit, "lock_chain", lock_and_tell)
            assert at_once(change, generate) == [302, "Payroll"]
    finally:
        post_save.disconnect(hold, sender=User)
    user.refresh_from_db()
    assert user.email == "mei.tan@harbour.example"
    assert verdicts([None, organisation]) == [None, None]


def meanwhile(call: Callable[[], Any]) -> Any:
    """Return what somebody else gets, who waits for no lock."""

    def begin() -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = 1")
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(begin).result()


@pytest.mark.only_on("postgresql")
def test_a_key_is_revoked_while_staff_import(monkeypatch: pytest.MonkeyPatch) -> None:
    key = generated_key().api_key
    organisation = key.organisation
    staff = browser_of(UserFactory(staff=True))
    file = SimpleUploadedFile(
        "employees.csv",
        b"Employee number,Given name,Family name,Employment type,Start date\n"
        b"E1,Ada,King,casual,2024-07-01\n",
    )
    form = {"organisation": organisation.pk, "import_file": file}
    page = staff.post("/admin/employees/employee/import/", form).content.decode()
    [preview] = re.findall('name="preview" value="([^"]*)"', page)

    def write_and_revoke(*args: Any) -> None:
        write(*args)
        meanwhile(lambda: services.revoke(key, actor=OPERATOR))

    monkeypatch.setattr(resource, "write", write_and_revoke)
    staff.post("/admin/employees/employee/process_import/", {"preview": preview})
    assert organisation.employees.count() == 1
    key.refresh_from_db()
    assert key.revoked_at
    assert verdicts([organisation]) == [None]


@pytest.mark.only_on("postgresql")
def test_an_import_overwrites_no_change_that_it_has_not_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    employee = EmployeeFactory(employee_number="E1", job_title="Clerk")
    staff = browser_of(UserFactory(staff=True))
    # The empty cell leaves the status as it was when the import looked.
    lines = csv("Employee number,Status,Job title", "E1,,Driver")
    preview = upload(staff, employee.organisation, lines)

    def write_too_late(*args: Any) -> None:
        change = {"status": "terminated", "end_date": date(2025, 1, 1)}
        meanwhile(lambda: Employee.objects.update(**change))
        write(*args)

    monkeypatch.setattr(resource, "write", write_too_late)
    assert "Nothing was imported" in text(confirm(staff, preview))
    employee.refresh_from_db()
    assert (employee.status, employee.job_title) == ("terminated", "Clerk")


@pytest.mark.only_on("postgresql")
def test_an_import_holds_what_it_is_about_to_change() -> None:
    employee = EmployeeFactory()
    employee.refresh_from_db()
    with transaction.atomic():
        writing.hold([employee])
        # Others may still refer to the employee.
        meanwhile(lambda: EmployeeFactory(manager=employee))
        with pytest.raises(OperationalError, match="lock timeout"):
            meanwhile(employee.save)


@pytest.mark.only_on("postgresql")
def test_use_is_written_while_its_key_changes() -> None:
    key = generated_key().api_key
    with transaction.atomic():
        locks.lock(key)
        meanwhile(lambda: KeyUseFactory(api_key=key))
