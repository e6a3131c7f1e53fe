"""Rotating a key."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import expiry, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditEvent, Status
from hrtoolkit.organisations.models import Organisation
from tests.factories import generated_key
from tests.integration import get

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Command line (tester)")


@pytest.fixture
def key(organisation: Organisation) -> APIKey:
    return generated_key(organisation=organisation, scopes=["read:leave"]).api_key


def rotate(key: APIKey, **arguments: object) -> services.Generated:
    arguments = {"actor": OPERATOR, "submission_id": uuid4()} | arguments
    return services.rotate(key, **arguments)  # type: ignore[arg-type]  # wrong ones are the point


def test_the_successor_reads_what_the_old_key_does(key: APIKey) -> None:
    services.change(
        key,
        actor=OPERATOR,
        seen=services.version(key),
        note="Asked for by Sam",
        allowed_networks=["203.0.113.0/24"],
    )
    new = rotate(key).api_key
    old = APIKey.objects.get(pk=key.pk)
    for kept in ("organisation", "name", "note", "scopes", "allowed_networks"):
        assert getattr(new, kept) == getattr(old, kept)
    assert new.rotated_from == old
    assert list(old.successors.all()) == [new]
    assert (new.created_by_name, new.expires_at) == (OPERATOR.name, None)


def test_both_keys_work_until_the_old_one_is_revoked() -> None:
    old = generated_key()
    new = rotate(old.api_key)
    assert get("/key", old.token).status_code == 200
    assert get("/key", new.token).status_code == 200
    services.revoke(old.api_key, actor=OPERATOR)
    assert get("/key", old.token).status_code == 401
    assert get("/key", new.token).status_code == 200


def test_the_old_key_may_end_on_a_day(key: APIKey) -> None:
    day = expiry.today(key.organisation) + timedelta(days=7)
    new = rotate(key, ends_on=day).api_key
    key.refresh_from_db()
    assert key.expires_at == expiry.end_of_day(day, key.organisation)
    assert key.status == Status.ACTIVE
    assert new.expires_at is None


def test_the_new_key_may_expire(key: APIKey) -> None:
    day = expiry.today(key.organisation) + timedelta(days=7)
    assert rotate(key, expires_on=day).api_key.expires_on == day
    key.refresh_from_db()
    assert key.expires_at is None


def test_both_keys_events_name_the_other(key: APIKey) -> None:
    day = expiry.today(key.organisation)
    new = rotate(key, ends_on=day).api_key
    rotated = AuditEvent.objects.get(action=AuditAction.ROTATED)
    assert rotated.api_key == key
    assert rotated.details == {
        "name": "Payroll",
        "successor": new.fingerprint,
        "successor_id": new.pk,
        "ends_on": day.isoformat(),
    }
    generated = AuditEvent.objects.get(api_key=new)
    assert generated.action == AuditAction.GENERATED
    assert generated.details == {
        "name": "Payroll",
        "scopes": ["read:leave"],
        "expires_on": None,
        "rotated_from": key.fingerprint,
        "rotated_from_id": key.pk,
    }
    assert rotated.at == generated.at == new.created_at


@pytest.mark.parametrize("field", ["expires_on", "ends_on"])
@pytest.mark.parametrize("day", [date(2020, 1, 1), date.min, date.max])
def test_it_refuses_a_bad_day(key: APIKey, field: str, day: date) -> None:
    with pytest.raises(ValidationError) as refusal:
        rotate(key, **{field: day})
    assert list(refusal.value.message_dict) == [field]
    assert APIKey.objects.count() == AuditEvent.objects.count() == 1


def test_the_old_key_works_no_longer_than_before(organisation: Organisation) -> None:
    last = expiry.today(organisation) + timedelta(days=7)
    key = generated_key(organisation=organisation, expires_on=last).api_key
    with pytest.raises(ValidationError) as refusal:
        rotate(key, ends_on=last + timedelta(days=1))
    assert list(refusal.value.message_dict) == ["ends_on"]
    rotate(key, ends_on=last)
    key.refresh_from_db()
    assert key.expires_on == last


def test_the_old_key_doesnt_outlive_the_new(organisation: Organisation) -> None:
    key = generated_key(organisation=organisation).api_key
    day = expiry.today(organisation) + timedelta(days=7)
    with pytest.raises(ValidationError) as refusal:
        rotate(key, expires_on=day, ends_on=day + timedelta(days=1))
    assert list(refusal.value.message_dict) == ["ends_on"]
    rotate(key, expires_on=day, ends_on=day)


def test_a_day_that_ends_later_now_ends_the_key_as_before(
    organisation: Organisation,
) -> None:
    last = expiry.today(organisation) + timedelta(days=7)
    key = generated_key(organisation=organisation, expires_on=last).api_key
    Organisation.objects.update(time_zone="Australia/Perth")
    rotate(APIKey.objects.get(), ends_on=last)
    assert APIKey.objects.get(pk=key.pk).expires_at == key.expires_at


def test_a_key_that_doesnt_work_is_not_rotated(organisation: Organisation) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    expired = generated_key(
        organisation=organisation,
        at=long_ago,
        expires_on=expiry.today(organisation, long_ago),
    ).api_key
    revoked = services.revoke(generated_key().api_key, actor=OPERATOR)
    for key in (expired, revoked):
        with pytest.raises(services.NotActive) as refusal:
            rotate(key)
        assert refusal.value.api_key == key
    assert APIKey.objects.count() == 2


def test_a_key_has_one_active_successor(key: APIKey) -> None:
    first = rotate(key).api_key
    with pytest.raises(services.AlreadyRotated) as refusal:
        rotate(key)
    assert refusal.value.successor == first
    services.revoke(first, actor=OPERATOR)
    assert rotate(key).api_key.rotated_from == key


def test_a_successor_can_be_rotated(key: APIKey) -> None:
    new = rotate(key).api_key
    assert rotate(new).api_key.rotated_from == new


def test_a_submission_makes_one_successor(key: APIKey) -> None:
    submission_id = uuid4()
    first = rotate(key, submission_id=submission_id).api_key
    for _ in range(2):
        with pytest.raises(services.AlreadyGenerated) as refusal:
            rotate(key, submission_id=submission_id)
        assert refusal.value.api_key == first
        services.revoke(key, actor=OPERATOR)
    assert APIKey.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_form", [True, False])
def test_two_people_rotate_at_once(*, same_form: bool) -> None:
    key = generated_key().api_key
    together = Barrier(2)
    one = uuid4()

    def attempt(submission_id: UUID) -> str:
        together.wait()
        try:
            rotate(key, submission_id=submission_id)
        except (services.AlreadyRotated, services.AlreadyGenerated) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "rotated"

    with ThreadPoolExecutor(2) as pool:
        ended = set(pool.map(attempt, (one, one if same_form else uuid4())))
    refused = "AlreadyGenerated" if same_form else "AlreadyRotated"
    assert ended == {"rotated", refused}
    assert key.successors.count() == 1


@pytest.mark.parametrize("service", [services.revoke, rotate])
def test_the_chain_is_locked_before_the_key(key: APIKey, service: object) -> None:
    assert callable(service)
    with CaptureQueriesContext(connection) as queries:
        service(key, actor=OPERATOR)
    reads = [q["sql"] for q in queries if q["sql"].startswith("SELECT")]
    assert 'FROM "apikeys_auditchain"' in reads[0]
    assert 'FROM "apikeys_apikey"' in reads[1]
