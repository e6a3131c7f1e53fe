"""Following changes with ``updated_since``: nothing is missed while others write."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.db import connection, transaction

from apikeys.services import Generated
from employees.models import Employee
from hrtoolkit.api import pagination
from tests.factories import EmployeeFactory, generated_key
from tests.integration import get


@pytest.fixture
def generated(db: None) -> Generated:
    generated = generated_key(scopes=["read:employees"])
    EmployeeFactory.create_batch(7, organisation=generated.api_key.organisation)
    return generated


def follow(generated: Generated, path: str, between: Any = None) -> list[Any]:
    """Read all pages, and call ``between`` after each; return the records."""
    records = []
    while path:
        response = get(path, generated.token)
        assert response.status_code == 200, response.content
        records += response.json()["data"]
        link = response.headers.get("Link", "")
        url = urlsplit(link[1 : link.index(">")]) if link else None
        path = f"/employees?{url.query}" if url else ""
        if between:
            between()
    return records


def since(instant: str | datetime) -> str:
    text = instant if isinstance(instant, str) else instant.isoformat()
    return f"/employees?limit=2&updated_since={quote(text)}"


def test_all_that_changed_since_in_the_order_of_changes(generated: Generated) -> None:
    early = follow(generated, since(datetime(2020, 1, 1, tzinfo=UTC)))
    assert len(early) == 7
    stamps = [record["updated_at"] for record in early]
    assert stamps == sorted(stamps)
    # Records that were written in one millisecond have one stamp on SQLite.
    for stamp in stamps:
        assert follow(generated, since(stamp)) == early[stamps.index(stamp) :]
    assert not follow(generated, since(datetime.now(UTC) + timedelta(days=1)))


def test_a_change_brings_a_record_back(generated: Generated) -> None:
    everyone = follow(generated, "/employees?limit=2")
    latest = max(record["updated_at"] for record in everyone)
    employee = Employee.objects.get(pk=everyone[3]["id"])
    employee.given_name = "Zoë"
    employee.save()
    changed = follow(generated, since(latest))
    assert changed[-1]["id"] == everyone[3]["id"]
    assert changed[-1]["given_name"] == "Zoë"


def test_nothing_is_missed_while_others_write(generated: Generated) -> None:
    organisation = generated.api_key.organisation
    employees = list(organisation.employees.order_by("-pk"))
    before = {str(employee.pk) for employee in employees}

    def write() -> None:
        if employees:
            employee = employees.pop()
            employee.job_title = "Changed meanwhile"
            employee.save()
            EmployeeFactory(organisation=organisation)

    first = get("/employees?limit=2", generated.token).json()["pagination"]["as_of"]
    full = follow(generated, "/employees?limit=2", between=write)
    assert before <= {record["id"] for record in full}
    changes = follow(generated, since(first))
    latest = {record["id"]: record for record in full + changes}
    assert {int(pk) for pk in latest} == set(
        organisation.employees.values_list("pk", flat=True)
    )
    for employee in organisation.employees.all():
        assert latest[str(employee.pk)]["job_title"] == employee.job_title


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("margin", "found"), [(1.0, True), (0.0, False)])
def test_a_write_held_open_across_a_sync_is_found_by_the_next(
    monkeypatch: pytest.MonkeyPatch, margin: float, *, found: bool
) -> None:
    """Stamped early, committed late: found because ``as_of`` lies behind the clock."""
    monkeypatch.setattr(pagination, "SYNC_MARGIN", timedelta(seconds=margin))
    generated = generated_key(scopes=["read:employees"])
    employee = EmployeeFactory(organisation=generated.api_key.organisation)
    time.sleep(1.2)
    stamped, synced = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                employee.job_title = "Late"
                employee.save()
                stamped.set()
                assert synced.wait(10)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert stamped.wait(10)
    page = get("/employees", generated.token).json()
    assert page["data"][0]["job_title"] != "Late"
    synced.set()
    writer.join()
    changed = follow(generated, since(page["pagination"]["as_of"]))
    assert [record["job_title"] for record in changed] == (["Late"] if found else [])
