"""Generating and revoking keys."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apikeys import expiry, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditEvent, Status
from apikeys.models.api_key import validate_scopes
from hrtoolkit.organisations.models import Organisation, User
from tests.factories import EXAMPLE, OrganisationFactory, UserFactory, generated_key

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Command line (tester)")


def generate(organisation: Organisation, **kwargs: object) -> services.Generated:
    arguments = {
        "organisation": organisation,
        "name": "Payroll",
        "scopes": ["read:employees"],
        "actor": OPERATOR,
    } | kwargs
    return services.generate(**arguments)  # type: ignore[arg-type]  # wrong ones are the point


def test_it_stores_the_digest_and_nothing_else_of_the_key() -> None:
    generated = generate(OrganisationFactory())
    key = APIKey.objects.get()
    assert key == generated.api_key
    assert key.digest == generated.token.digest
    row = APIKey.objects.values().get()
    assert generated.token.reveal() not in repr(row)


def test_it_records_who_generated_what_for_whom() -> None:
    organisation = OrganisationFactory()
    admin = UserFactory(org_admin=True, organisation=organisation)
    actor = Actor("Mei Chen", admin.email, admin, "203.0.113.9", "Firefox")
    day = expiry.today(organisation)
    key = generate(organisation, actor=actor, expires_on=day).api_key
    assert (key.created_by, key.created_by_name) == (admin, "Mei Chen")
    event = AuditEvent.objects.get()
    assert event.action == AuditAction.GENERATED
    assert (event.organisation, event.api_key) == (organisation, key)
    assert (event.actor_id, event.actor_name) == (admin.pk, "Mei Chen")
    assert (event.ip_address, event.user_agent) == ("203.0.113.9", "Firefox")
    assert event.details == {
        "name": "Payroll",
        "scopes": ["read:employees"],
        "expires_on": day.isoformat(),
    }


def test_it_trims_the_name_and_sorts_the_scopes() -> None:
    key = generate(
        OrganisationFactory(),
        name="  Payroll ",
        scopes=("read:performance", "read:employees"),
    ).api_key
    assert key.name == "Payroll"
    assert key.scopes == ["read:employees", "read:performance"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "n" * 101,
        "nul \x00",
        "line\nbreak",
        "zero\u200bwidth",
        "right-to-left \u202e",
        "surrogate \udcff",
        "private \ue000",
        EXAMPLE,
        "key yhrtk_" + "a" * 38 + " pasted",
    ],
)
def test_it_refuses_a_bad_name(name: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        generate(OrganisationFactory(), name=name)
    assert list(refusal.value.message_dict) == ["name"]
    assert not APIKey.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("name", ["n" * 100, "Zoë’s パワー BI – naïve", "🦘"])
def test_it_takes_a_good_name(name: str) -> None:
    assert generate(OrganisationFactory(), name=name).api_key.name == name


@pytest.mark.parametrize(
    "scopes", [[], ["write:employees"], ["read:leave", "read:leave"], [""]]
)
def test_it_refuses_bad_scopes(scopes: list[str]) -> None:
    with pytest.raises(ValidationError) as refusal:
        generate(OrganisationFactory(), scopes=scopes)
    assert list(refusal.value.message_dict) == ["scopes"]


@pytest.mark.parametrize("day", [date(2020, 1, 1), date.min, date.max])
def test_it_refuses_a_bad_expiry(day: date) -> None:
    with pytest.raises(ValidationError) as refusal:
        generate(OrganisationFactory(), expires_on=day)
    assert list(refusal.value.message_dict) == ["expires_on"]


def test_a_key_works_to_the_end_of_the_day_on_which_it_expires() -> None:
    organisation = OrganisationFactory()
    day = expiry.today(organisation)
    key = generate(organisation, expires_on=day).api_key
    assert key.expires_at == expiry.end_of_day(day, organisation)
    assert key.expires_on == day
    assert key.status == Status.ACTIVE


def test_a_submission_makes_one_key() -> None:
    organisation, submission_id = OrganisationFactory(), uuid4()
    first = generate(organisation, submission_id=submission_id).api_key
    with pytest.raises(services.AlreadyGenerated) as refusal:
        generate(organisation, submission_id=submission_id, name="Other")
    assert refusal.value.api_key == first
    assert APIKey.objects.count() == AuditEvent.objects.count() == 1


def test_two_organisations_submissions_are_their_own() -> None:
    submission_id = uuid4()
    for _ in range(2):
        generate(OrganisationFactory(), submission_id=submission_id)
    assert APIKey.objects.count() == 2


def test_status_follows_the_clock_and_revoked_wins() -> None:
    organisation = OrganisationFactory()
    a_year_ago = timezone.now() - timedelta(days=365)
    key = generate(
        organisation,
        at=a_year_ago,
        expires_on=expiry.today(organisation, a_year_ago) + timedelta(days=30),
    ).api_key
    assert key.status == Status.EXPIRED
    assert services.revoke(key, actor=OPERATOR).status == Status.REVOKED


def test_the_database_and_the_property_agree_on_status() -> None:
    organisation = OrganisationFactory()
    a_year_ago = timezone.now() - timedelta(days=365)
    that_day = expiry.today(organisation, a_year_ago)
    generate(organisation)
    generate(organisation, expires_on=expiry.today(organisation))
    generate(organisation, at=a_year_ago, expires_on=that_day)
    services.revoke(
        generate(organisation, at=a_year_ago, expires_on=that_day).api_key,
        actor=OPERATOR,
    )
    services.revoke(generate(organisation).api_key, actor=OPERATOR)
    for status, expected in (("active", 2), ("expired", 1), ("revoked", 2)):
        keys = APIKey.objects.with_status(status)
        assert len(keys) == expected
        assert {key.status for key in keys} == {status}


def test_revoking_is_recorded_once() -> None:
    key = generated_key().api_key
    services.revoke(key, actor=OPERATOR)
    revoked_at = APIKey.objects.get().revoked_at
    services.revoke(key, actor=Actor(name="Somebody else"))
    key.refresh_from_db()
    assert (key.revoked_at, key.revoked_by_name) == (revoked_at, OPERATOR.name)
    events = AuditEvent.objects.filter(action=AuditAction.REVOKED)
    assert [event.actor_name for event in events] == [OPERATOR.name]


def test_a_key_outlives_the_person_who_generated_it() -> None:
    organisation = OrganisationFactory()
    admin = UserFactory(org_admin=True, organisation=organisation)
    key = generate(organisation, actor=Actor("Mei Chen", admin.email, admin)).api_key
    User.objects.get(pk=admin.pk).delete()
    key.refresh_from_db()
    assert (key.created_by, key.created_by_name) == (None, "Mei Chen")
    assert key.status == Status.ACTIVE
    assert AuditEvent.objects.get().actor_name == "Mei Chen"


@pytest.mark.parametrize("scopes", ["read:leave", None, ("read:leave",), {}])
def test_only_a_list_of_scopes_can_be_stored(scopes: object) -> None:
    with pytest.raises(ValidationError, match="at least one scope"):
        validate_scopes(scopes)  # type: ignore[arg-type]  # what JSON could hold
