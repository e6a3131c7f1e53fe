"""Query strings: what a list takes, and the 400 that names what it doesn't."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client

from apikeys.services import Generated
from employees.models import EmployeeStatus
from tests.factories import EmployeeFactory
from tests.integration import get, problem

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=", "limit"),
        ("limit", "limit"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=-1", "limit"),
        ("limit=%2B1", "limit"),
        ("limit=1.0", "limit"),
        ("limit=1e2", "limit"),
        ("limit=1_0", "limit"),
        ("limit=0x10", "limit"),
        ("limit=%EF%BC%91", "limit"),
        ("limit=%201", "limit"),
        ("limit=ten", "limit"),
        ("limit=" + "9" * 4000, "limit"),
        ("limit=1&limit=1", "limit"),
        ("limit=%00", "limit"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=%E2%80%AE", "cursor"),
        ("cursor=%FF", "cursor"),
        ("cursor=" + "A" * 4000, "cursor"),
        ("cursor=éé", "cursor"),
        ("offset=10", "offset"),
        ("status=", "status"),
        ("status=Active", "status"),
        ("status=gone", "status"),
        ("status=active&status=terminated", "status"),
        ("department=%00", "department"),
        ("department=%FF", "department"),
        ("department=" + "d" * 201, "department"),
        ("manager_id=0", "manager_id"),
        ("manager_id=007", "manager_id"),
        ("manager_id=7%0A", "manager_id"),
        ("manager_id=-1", "manager_id"),
        ("manager_id=%D9%A7", "manager_id"),
        ("manager_id=" + "9" * 19, "manager_id"),
        ("updated_since=2026-07-01", "updated_since"),
        ("updated_since=2026-07-01T00:00:00", "updated_since"),
        ("updated_since=2026-07-01T00:00:00+10:00", "updated_since"),
        ("updated_since=2026-13-01T00:00:00Z", "updated_since"),
        ("updated_since=1767225600", "updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "updated_since"),
        ("updated_since=9999-12-31T23:59:59-14:00", "updated_since"),
        ("Limit=10", "Limit"),
        ("=1", ""),
        ("a%E2%80%AEb=1", "a\ufffdb"),
        ("n" * 1000 + "=1", "n" * 60),
    ],
)
def test_a_bad_parameter_is_named(
    generated: Generated, query: str, parameter: str
) -> None:
    response = get(f"/employees?{query}", generated.token)
    assert response.status_code == 400
    details = problem(response)
    assert details["parameter"] == parameter
    assert parameter in details["detail"]


@pytest.mark.parametrize("path", ["/key", "/employees/1"])
def test_an_object_takes_no_parameters(generated: Generated, path: str) -> None:
    details = problem(get(f"{path}?limit=1", generated.token))
    assert (details["status"], details["parameter"]) == (400, "limit")
    assert "takes no parameters" in details["detail"]


def test_a_thousand_parameters(generated: Generated) -> None:
    query = "&".join(f"p{i}=1" for i in range(1000))
    assert problem(get(f"/employees?{query}", generated.token))["status"] == 400


@pytest.mark.parametrize("limit", ["1", "500", "007"])
def test_a_limit_is_taken(generated: Generated, limit: str) -> None:
    EmployeeFactory.create_batch(2, organisation=generated.api_key.organisation)
    page = get(f"/employees?limit={limit}", generated.token).json()
    assert page["pagination"]["limit"] == int(limit)
    assert len(page["data"]) == min(2, int(limit))


def ids(generated: Generated, **filters: str) -> set[int]:
    page = get(f"/employees?{urlencode(filters)}", generated.token).json()
    return {int(record["id"]) for record in page["data"]}


def test_filters_narrow_the_list_and_combine(generated: Generated) -> None:
    organisation = generated.api_key.organisation
    head = EmployeeFactory(organisation=organisation, department="O'Hare & Söhne")
    report = EmployeeFactory(
        organisation=organisation, manager=head, email="Mei.Chen@harbour.example"
    )
    left = EmployeeFactory(
        organisation=organisation,
        manager=head,
        status=EmployeeStatus.TERMINATED,
        end_date=date(2026, 6, 30),
    )
    EmployeeFactory(department="O'Hare & Söhne")
    assert ids(generated, department="O'Hare & Söhne") == {head.pk}
    assert ids(generated, manager_id=str(head.pk)) == {report.pk, left.pk}
    assert ids(generated, status="active") == {head.pk, report.pk}
    assert ids(generated, status="terminated", manager_id=str(head.pk)) == {left.pk}
    assert ids(generated, email="mei.chen@HARBOUR.example") == {report.pk}
    assert ids(generated, email="nobody@harbour.example") == set()
    assert ids(generated, manager_id="9" * 18) == set()


def test_another_organisations_ids_filter_nothing_out_of_it(
    generated: Generated,
) -> None:
    foreign = EmployeeFactory()
    EmployeeFactory(organisation=foreign.organisation, manager=foreign)
    assert ids(generated, manager_id=str(foreign.pk)) == set()


@pytest.mark.parametrize(
    ("written", "status", "found"),
    [(b"Caf%C3%A9", 200, 1), ("Café".encode(), 200, 1), (b"Caf\xe9", 400, None)],
)
def test_what_is_not_encoded_is_read_as_utf_8(
    generated: Generated, written: bytes, status: int, found: int | None
) -> None:
    """Servers hand the bytes on as they came, each as a character."""
    EmployeeFactory(organisation=generated.api_key.organisation, department="Café")
    response = Client().get(
        "/api/external/employees",
        QUERY_STRING=f"department={written.decode('latin-1')}",
        headers={"authorization": f"Bearer {generated.token.reveal()}"},
    )
    assert response.status_code == status
    assert found is None or len(response.json()["data"]) == found
