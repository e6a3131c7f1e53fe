"""The demo organisations."""

import pytest
from django.core.management import CommandError, call_command

from apikeys import audit
from apikeys.models import APIKey, Status
from employees.models import Employee, EmployeeStatus
from hrtoolkit.demo import loading
from hrtoolkit.organisations.models import Organisation, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour() -> Organisation:
    return loading.load()


@pytest.fixture
def summit(harbour: Organisation) -> Organisation:
    return Organisation.objects.get(slug="summit-dental")


def test_the_accounts_are_the_contracts(harbour: Organisation) -> None:
    people = {user.email: user for user in User.objects.filter(is_active=True)}
    assert {email: user.role for email, user in people.items()} == {
        "admin@harbour.example": Role.ORG_ADMIN,
        "manager@harbour.example": Role.MANAGER,
        "employee@harbour.example": Role.EMPLOYEE,
        "admin@summit.example": Role.ORG_ADMIN,
        "staff@hrtoolkit.example": "",
    }
    assert people["staff@hrtoolkit.example"].is_staff


def test_there_are_enough_people_to_page_through(
    harbour: Organisation, summit: Organisation
) -> None:
    assert 230 <= harbour.employees.count() <= 270
    assert 35 <= summit.employees.count() <= 45


def test_everybody_could_have_been_typed_in(harbour: Organisation) -> None:
    for employee in Employee.objects.select_related("organisation", "manager"):
        employee.full_clean(validate_unique=False, validate_constraints=False)


def test_the_people_are_believable(harbour: Organisation) -> None:
    people = harbour.employees.all()
    left = people.filter(status=EmployeeStatus.TERMINATED).count()
    assert 0.05 < left / people.count() < 0.15
    assert people.filter(manager=None, status=EmployeeStatus.ACTIVE).count() == 1
    names = "".join(f"{p.given_name}{p.family_name}" for p in people)
    assert "’" in names or "'" in names
    assert any(ord(character) > 0x0370 for character in names)
    assert any(0xC0 <= ord(character) < 0x0250 for character in names)


def test_harbour_has_keys_in_every_status_and_summit_none(
    harbour: Organisation, summit: Organisation
) -> None:
    assert {key.status for key in harbour.api_keys.all()} == set(Status)
    assert not summit.api_keys.exists()
    assert not any(verdict.fault for verdict in audit.verify())


def test_it_is_loaded_once(harbour: Organisation) -> None:
    before = (User.objects.count(), Employee.objects.count(), APIKey.objects.count())
    assert loading.load() == harbour
    after = (User.objects.count(), Employee.objects.count(), APIKey.objects.count())
    assert after == before


def test_seed_demo_tops_up_to_the_number_asked_for() -> None:
    for _ in range(2):
        call_command("seed_demo", "--employees=600")
        harbour = Organisation.objects.get(slug="harbour-logistics")
        assert harbour.employees.count() == 600


@pytest.mark.parametrize("number", ["0", "-1", "many", "1e3", "9" * 30])
def test_seed_demo_refuses_what_is_no_number(number: str) -> None:
    with pytest.raises(CommandError, match="whole number"):
        call_command("seed_demo", f"--employees={number}")
