"""Query strings: what a list takes, and the 400 that names what it doesn't."""

import pytest

from apikeys.services import Generated
from tests.factories import EmployeeFactory, generated_key
from tests.integration import get, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def generated() -> Generated:
    return generated_key(scopes=["read:employees"])


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
