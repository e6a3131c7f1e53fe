"""Pages and cursors."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from apikeys.services import Generated
from hrtoolkit.api import pagination
from tests.factories import EmployeeFactory, generated_key
from tests.integration import get, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def generated() -> Generated:
    generated = generated_key(scopes=["read:employees"])
    EmployeeFactory.create_batch(7, organisation=generated.api_key.organisation)
    EmployeeFactory.create_batch(3)
    return generated


def pages(generated: Generated, query: str) -> list[Any]:
    """Follow the Link headers to the last page."""
    found, path = [], f"/employees?{query}"
    while path:
        response = get(path, generated.token)
        assert response.status_code == 200
        found.append(response.json())
        path = next_path(response)
    return found


def next_path(response: Any) -> str:
    match = re.fullmatch('<(.+)>; rel="next"', response.headers.get("Link", ""))
    if not match:
        return ""
    url = urlsplit(match[1])
    assert url.netloc == "testserver"
    return f"{url.path.removeprefix('/api/external')}?{url.query}"


@pytest.mark.parametrize("limit", [1, 2, 6, 7, 8, 500])
def test_the_pages_hold_every_record_of_the_organisation_once(
    generated: Generated, limit: int
) -> None:
    organisation = generated.api_key.organisation
    found = pages(generated, f"limit={limit}")
    expected = organisation.employees.order_by("pk").values_list("pk", flat=True)
    shown = [int(record["id"]) for page in found for record in page["data"]]
    assert shown == list(expected)
    assert len(found) == -(-7 // limit)


def test_the_body_says_the_same_as_the_link(generated: Generated) -> None:
    first, *_, last = pages(generated, "limit=3")
    assert first["pagination"]["has_more"] is True
    cursor = first["pagination"]["next_cursor"]
    assert get(f"/employees?limit=3&cursor={cursor}", generated.token).json()["data"]
    assert last["pagination"]["has_more"] is False
    assert last["pagination"]["next_cursor"] is None


def test_as_of_is_the_first_pages_and_lies_behind_the_clock(
    generated: Generated,
) -> None:
    stamps = {page["pagination"]["as_of"] for page in pages(generated, "limit=2")}
    (stamp,) = stamps
    assert stamp.endswith("Z")
    age = datetime.now(UTC) - datetime.fromisoformat(stamp)
    assert pagination.SYNC_MARGIN <= age < pagination.SYNC_MARGIN + timedelta(minutes=1)


def test_an_organisation_without_employees_has_an_empty_page() -> None:
    page = get("/employees", generated_key(scopes=["read:employees"]).token).json()
    assert page["data"] == []
    assert page["pagination"]["has_more"] is False


def test_records_that_come_meanwhile_hide_no_other(generated: Generated) -> None:
    organisation = generated.api_key.organisation
    before = {str(pk) for pk in organisation.employees.values_list("pk", flat=True)}
    seen, path = set(), "/employees?limit=2"
    while path:
        response = get(path, generated.token)
        seen |= {record["id"] for record in response.json()["data"]}
        if len(seen) < 20:
            EmployeeFactory(organisation=organisation)
        path = next_path(response)
    assert before < seen


def test_a_cursor_is_of_no_use_to_another_organisation(generated: Generated) -> None:
    cursor = get("/employees?limit=2", generated.token).json()["pagination"]
    other = generated_key(scopes=["read:employees"]).token
    response = get(f"/employees?cursor={cursor['next_cursor']}", other)
    assert problem(response)["parameter"] == "cursor"


def test_a_cursor_cant_be_tampered_with(generated: Generated) -> None:
    cursor = get("/employees?limit=2", generated.token).json()["pagination"]
    whole = cursor["next_cursor"]
    for position in range(0, len(whole) - 1, 5):
        changed = "A" if whole[position] != "A" else "B"
        forged = whole[:position] + changed + whole[position + 1 :]
        response = get(f"/employees?cursor={forged}", generated.token)
        assert problem(response)["parameter"] == "cursor"


def test_a_cursor_is_of_no_use_to_another_filter(generated: Generated) -> None:
    now = "2026-07-01T00:00:00Z"
    for first, second in (
        ("limit=2", "status=active"),
        ("limit=2&status=active", "limit=2"),
        ("limit=2&status=active", "status=terminated"),
        ("limit=2", f"updated_since={now}"),
        (f"limit=2&updated_since={now}", "limit=2"),
    ):
        page = get(f"/employees?{first}", generated.token).json()["pagination"]
        path = f"/employees?{second}&cursor={page['next_cursor']}"
        assert problem(get(path, generated.token))["parameter"] == "cursor"


def test_the_size_of_the_pages_may_change_on_the_way(generated: Generated) -> None:
    cursor = get("/employees?limit=2", generated.token).json()["pagination"]
    path = f"/employees?limit=5&cursor={cursor['next_cursor']}"
    assert len(get(path, generated.token).json()["data"]) == 5


def test_a_filter_holds_on_every_page(generated: Generated) -> None:
    organisation = generated.api_key.organisation
    chosen = EmployeeFactory.create_batch(
        5, organisation=organisation, department="R&D / 100%"
    )
    found = pages(generated, "limit=2&department=R%26D+%2F+100%25")
    shown = [int(record["id"]) for page in found for record in page["data"]]
    assert shown == [employee.pk for employee in chosen]


def test_links_use_the_public_url(generated: Generated, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://hr.example"
    link = get("/employees?limit=2", generated.token).headers["Link"]
    assert link.startswith("<https://hr.example/api/external/employees?limit=2&cursor=")
