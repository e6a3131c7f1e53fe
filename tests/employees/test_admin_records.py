"""Leave and performance in Django admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apikeys.models import AuditEvent
from employees.models import Record
from tests.employees.imports.uploading import text
from tests.factories import (
    EmployeeFactory,
    GoalFactory,
    LeaveBalanceFactory,
    LeaveRequestFactory,
    OrganisationFactory,
    PerformanceReviewFactory,
    UserFactory,
)
from tests.people import fields_of

pytestmark = pytest.mark.django_db

Factory = Callable[..., Any]

FACTORIES: list[Factory] = [
    LeaveBalanceFactory,
    LeaveRequestFactory,
    PerformanceReviewFactory,
    GoalFactory,
]


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(
        UserFactory(staff=True), backend="hrtoolkit.organisations.backends.UserBackend"
    )
    return client


def list_page(record: Record) -> str:
    return f"/admin/employees/{record._meta.model_name}/"


def change_page(record: Record) -> str:
    return f"{list_page(record)}{record.pk}/change/"


@pytest.mark.parametrize("factory", FACTORIES)
def test_it_lists_records_with_few_queries(
    staff: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    factory: Factory,
) -> None:
    records = [factory() for _ in range(12)]
    # Session, user, organisations to filter by, count, page; and ratings.
    with django_assert_num_queries(6 if factory is PerformanceReviewFactory else 5):
        response = staff.get(list_page(records[0]))
    assert response.context["cl"].result_count == 12


@pytest.mark.parametrize("factory", FACTORIES)
def test_it_finds_records_by_the_employee(staff: Client, factory: Factory) -> None:
    record = factory(employee=EmployeeFactory(given_name="Zebedee"))
    factory()
    response = staff.get(list_page(record), {"q": "zebedee"})
    assert list(response.context["cl"].queryset) == [record]


@pytest.mark.parametrize("factory", FACTORIES)
def test_it_never_deletes_a_record(staff: Client, factory: Factory) -> None:
    record = factory()
    url = f"{list_page(record)}{record.pk}/delete/"
    assert staff.post(url, {"post": "yes"}).status_code == 403
    staff.post(
        list_page(record),
        {"action": "delete_selected", "_selected_action": record.pk, "post": "yes"},
    )
    record.refresh_from_db()


@pytest.mark.parametrize("factory", FACTORIES)
def test_it_saves_a_record_and_keeps_it_in_its_organisation(
    staff: Client, factory: Factory
) -> None:
    record = factory()
    organisation = record.organisation
    fields = fields_of(staff.get(change_page(record)))
    response = staff.post(
        change_page(record), fields | {"organisation": OrganisationFactory().pk}
    )
    assert response.status_code == 302, text(response)
    record.refresh_from_db()
    assert record.organisation == organisation
    assert AuditEvent.objects.filter(organisation=organisation).exists()


@pytest.mark.parametrize("factory", FACTORIES)
def test_it_refuses_people_of_another_organisation(
    staff: Client, factory: Factory
) -> None:
    record = factory()
    fields = fields_of(staff.get(change_page(record)))
    response = staff.post(
        change_page(record), fields | {"employee": EmployeeFactory().pk}
    )
    assert "This belongs to another organisation." in text(response)


def test_it_offers_a_goal_the_reviews_of_its_organisation(staff: Client) -> None:
    goal = GoalFactory()
    review = PerformanceReviewFactory(employee=goal.employee)
    PerformanceReviewFactory()
    page = staff.get(change_page(goal)).content.decode()
    assert page.count(f"autocomplete/?organisation={goal.organisation_id}") == 2
    found = staff.get(
        "/admin/autocomplete/",
        {"app_label": "employees", "model_name": "goal", "field_name": "review"}
        | {"organisation": goal.organisation_id},
    ).json()
    assert [result["text"] for result in found["results"]] == [str(review)]


def test_it_shows_what_requests_make_of_a_balance(staff: Client) -> None:
    balance = LeaveBalanceFactory(accrued=100)
    for status, hours in (("approved", 30), ("pending", 8), ("declined", 1)):
        LeaveRequestFactory(employee=balance.employee, status=status, hours=hours)
    page = text(staff.get(list_page(balance)))
    assert "100.00 30.00 8.00 62.00" in page


def test_it_alone_shows_a_pay_recommendation(staff: Client) -> None:
    review = PerformanceReviewFactory(pay_recommendation="Ten per cent.")
    assert "Ten per cent." in text(staff.get(change_page(review)))
    assert "Ten per cent." not in text(staff.get(list_page(review)))
