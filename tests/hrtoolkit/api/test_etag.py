"""Tags of what an answer holds, and 304 where it is known already."""

import pytest

from apikeys import services
from apikeys.actors import Actor
from apikeys.services import Generated
from employees.models import Employee
from tests.factories import EmployeeFactory, generated_key
from tests.integration import get

pytestmark = pytest.mark.django_db


@pytest.fixture
def generated() -> Generated:
    generated = generated_key(scopes=["read:employees"])
    EmployeeFactory(organisation=generated.api_key.organisation)
    return generated


def paths() -> list[str]:
    return ["/key", "/employees", f"/employees/{Employee.objects.get().pk}"]


def test_who_has_the_data_is_told_so(generated: Generated) -> None:
    for path in paths():
        etag = get(path, generated.token).headers["ETag"]
        for known in (etag, f'"x", {etag}', "*", etag.removeprefix("W/")):
            response = get(path, generated.token, **{"if-none-match": known})
            assert response.status_code == 304
            assert response.content == b""
            assert response.headers["ETag"] == etag
            assert response.headers["Cache-Control"] == "private, no-store"
            assert response.headers["RateLimit"]
            assert "Content-Length" not in response.headers


def test_who_has_other_data_gets_it_anew(generated: Generated) -> None:
    for path in paths():
        for other in ("", '"x"', "W/", "é", "," * 1000):
            response = get(path, generated.token, **{"if-none-match": other})
            assert response.status_code == 200


def test_a_change_changes_the_tag(generated: Generated) -> None:
    before = [get(path, generated.token).headers["ETag"] for path in paths()[1:]]
    Employee.objects.update(given_name="Zoë")
    after = [get(path, generated.token).headers["ETag"] for path in paths()[1:]]
    assert not set(before) & set(after)


def test_a_page_that_was_the_last_has_another_tag_when_one_follows(
    generated: Generated,
) -> None:
    last = get("/employees?limit=1", generated.token)
    assert not last.json()["pagination"]["has_more"]
    EmployeeFactory(organisation=generated.api_key.organisation)
    known = {"if-none-match": last.headers["ETag"]}
    page = get("/employees?limit=1", generated.token, **known)
    assert page.status_code == 200
    assert page.json()["data"] == last.json()["data"]
    assert page.json()["pagination"]["has_more"]


def test_knowing_a_tag_is_no_key(generated: Generated) -> None:
    path = paths()[1]
    etag = get(path, generated.token).headers["ETag"]
    known = {"if-none-match": etag}
    assert get(path, **known).status_code == 401
    other = generated_key(scopes=["read:leave"])
    assert get(path, other.token, **known).status_code == 403
    services.revoke(generated.api_key, actor=Actor("Somebody"))
    assert get(path, generated.token, **known).status_code == 401
