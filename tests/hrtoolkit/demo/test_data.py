"""The demo organisations."""

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from apikeys import audit
from apikeys.cutover import Verdict, open_rotations
from apikeys.models import APIKey, KeyUse, Status
from apikeys.usage.report import Report
from employees.models import (
    Employee,
    EmployeeStatus,
    EmploymentType,
    Goal,
    LeaveBalance,
    LeaveRequest,
    LeaveStatus,
    LeaveType,
    PerformanceReview,
    Record,
    ReviewStatus,
)
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


@pytest.mark.usefixtures("harbour")
@pytest.mark.parametrize("model", [LeaveBalance, LeaveRequest, PerformanceReview, Goal])
def test_every_record_could_have_been_typed_in(model: type[Record]) -> None:
    people = [f.name for f in model._meta.fields if f.is_relation]
    for record in model._default_manager.select_related(*people):
        record.clean_fields(exclude=people)  # One query each, to look someone up.
        record.clean()


def test_the_leave_is_believable(harbour: Organisation, summit: Organisation) -> None:
    assert LeaveRequest.objects.filter(organisation=summit).exists()
    today = timezone.now().date()
    requests = LeaveRequest.objects.filter(organisation=harbour)
    assert {request.status for request in requests} == set(LeaveStatus)
    approved = requests.filter(status=LeaveStatus.APPROVED)
    assert approved.filter(end_date__lt=today).exists()
    assert approved.filter(start_date__gt=today).exists()
    assert requests.filter(hours__lt=5, note__contains="ppointment").exists()
    kinds = set(LeaveRequest.objects.values_list("leave_type", flat=True))
    assert kinds == set(LeaveType)
    for request in LeaveRequest.objects.select_related("employee"):
        assert request.start_date >= request.employee.start_date
        assert request.created_at <= timezone.now()
        assert request.decided_at is None or request.decided_at > request.created_at


@pytest.mark.usefixtures("harbour")
def test_nobody_is_away_twice_at_once() -> None:
    ends: dict[int, date] = {}
    for request in LeaveRequest.objects.order_by("employee", "start_date"):
        end = ends.get(request.employee_id)
        assert end is None or end < request.start_date
        ends[request.employee_id] = request.end_date


@pytest.mark.usefixtures("harbour")
def test_balances_fit_hours_and_service() -> None:
    balances: Any = LeaveBalance.objects.with_requests().select_related("employee")
    assert balances.exists()
    for balance in balances:
        person = balance.employee
        weeks = balance.available / person.hours_per_week
        assert 0 <= weeks < 26
        if person.employment_type == EmploymentType.CASUAL:
            assert balance.leave_type == LeaveType.LONG_SERVICE


def test_reviews_are_in_every_stage(
    harbour: Organisation, summit: Organisation
) -> None:
    for organisation in (harbour, summit):
        reviews = PerformanceReview.objects.filter(organisation=organisation)
        assert {review.status for review in reviews} == set(ReviewStatus)
        signed_off = reviews.filter(status=ReviewStatus.SIGNED_OFF)
        assert not signed_off.filter(rating=None).exists()
        assert not signed_off.filter(pay_recommendation="").exists()
    people = Employee.objects.filter(status=EmployeeStatus.ACTIVE)
    goals = people.annotate(count=Count("goals")).values_list("count", flat=True)
    assert set(goals) == {1, 2, 3, 4}


def test_harbour_has_keys_in_every_status_and_summit_none(
    harbour: Organisation, summit: Organisation
) -> None:
    assert {key.status for key in harbour.api_keys.all()} == set(Status)
    assert not summit.api_keys.exists()
    assert not any(verdict.fault for verdict in audit.verify())


def test_the_use_of_the_keys_is_believable(harbour: Organisation) -> None:
    reports = {key.name: Report(key) for key in harbour.api_keys.all()}
    used = {name for name, report in reports.items() if report.last}
    assert set(reports) - used == {"Learning platform"}
    former = reports["Payroll – former provider"]
    assert former.knocks
    assert former.knocks.last.client == "PayBridge-Connector/3.8"
    assert reports["Intranet phone list"].answered == 0
    assert reports["Payroll – weekly pay run"].answered >= 3
    assert len(reports["Rostering – driver availability"].callers) == 2
    unused = [s.scope for s in reports["Power BI dashboard"].scopes if not s.answered]
    assert unused == ["read:performance"]
    assert KeyUse.objects.filter(last_at__gt=timezone.now()).count() == 0
    for key in harbour.api_keys.all():
        assert not key.uses.filter(first_at__lt=key.created_at).exists()


def test_a_rotation_waits_for_a_forgotten_script(harbour: Organisation) -> None:
    successor = harbour.api_keys.get(rotated_from__isnull=False)
    [rotation] = open_rotations(successor)
    assert rotation.verdict == Verdict.STILL_USED
    [forgotten] = rotation.callers
    assert forgotten.client not in {
        caller["client"] for caller in Report(successor).callers
    }


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
    assert not Employee.objects.filter(leave_balances=None).exists()


@pytest.mark.parametrize("number", ["0", "-1", "many", "1e3", "9" * 30])
def test_seed_demo_refuses_what_is_no_number(number: str) -> None:
    with pytest.raises(CommandError, match="whole number"):
        call_command("seed_demo", f"--employees={number}")
