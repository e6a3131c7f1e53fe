"""What the database refuses, whoever asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from apikeys import expiry, guards, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditChain, AuditEvent
from tests.factories import OrganisationFactory, UserFactory, generated_key

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Command line (tester)")
TABLES = (APIKey, AuditEvent, AuditChain)
KEY, EVENT, CHAIN = (model._meta.db_table for model in TABLES)


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def save_changed(model: Any, **changes: Any) -> None:
    record = model.objects.get()
    for name, value in changes.items():
        setattr(record, name, value)
    record.save()


def raw_delete(model: Any) -> None:
    model.objects.all()._raw_delete(using="default")


REFUSED_ON_A_KEY: dict[str, Callable[[], Any]] = {
    "delete in bulk": lambda: raw_delete(APIKey),
    "delete by SQL": lambda: sql(f"DELETE FROM {KEY}"),
    "digest by save": lambda: save_changed(APIKey, digest="0" * 64),
    "digest in bulk": lambda: APIKey.objects.update(digest="0" * 64),
    "another scope": lambda: APIKey.objects.update(scopes=["read:performance"]),
    "one more scope": lambda: APIKey.objects.update(
        scopes=["read:employees", "read:leave", "read:performance"]
    ),
    "one more scope by save": lambda: save_changed(
        APIKey, scopes=["read:employees", "read:performance"]
    ),
    "one more scope by bulk_update": lambda: APIKey.objects.bulk_update(
        [APIKey(pk=APIKey.objects.get().pk, scopes=["read:performance"])], ["scopes"]
    ),
    "no scope": lambda: APIKey.objects.update(scopes=[]),
    "a scope that is none": lambda: APIKey.objects.update(scopes=["read:leave", None]),
    "a scope that isn't in a list": lambda: APIKey.objects.update(scopes="read:leave"),
    "scopes as an object": lambda: APIKey.objects.update(scopes={}),
    "later expiry": lambda: APIKey.objects.update(
        expires_at=F("expires_at") + timedelta(seconds=1)
    ),
    "no expiry": lambda: save_changed(APIKey, expires_at=None),
    "a key it comes from": lambda: APIKey.objects.update(rotated_from=F("pk")),
    "organisation in bulk": lambda: APIKey.objects.update(
        organisation=OrganisationFactory()
    ),
    "who generated it": lambda: APIKey.objects.update(created_by_name="Somebody"),
    "whose it is": lambda: APIKey.objects.update(created_by=UserFactory()),
    "id by SQL": lambda: sql(f"UPDATE {KEY} SET id = id + 1000"),
    "digest by upsert": lambda: APIKey.objects.bulk_create(
        [
            APIKey(
                pk=APIKey.objects.get().pk,
                organisation=OrganisationFactory(),
                name="Other",
                scopes=["read:leave"],
                digest="0" * 64,
                created_by_name="Somebody",
            )
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["digest"],
    ),
}

REFUSED_ON_A_REVOKED_KEY: dict[str, Callable[[], Any]] = {
    "un-revoke by save": lambda: save_changed(
        APIKey, revoked_at=None, revoked_by_name=""
    ),
    "un-revoke in bulk": lambda: APIKey.objects.update(
        revoked_at=None, revoked_by_name=""
    ),
    "un-revoke by SQL": lambda: sql(
        f"UPDATE {KEY} SET revoked_at = NULL, revoked_by_name = ''"
    ),
    "another instant": lambda: APIKey.objects.update(revoked_at=timezone.now()),
    "another person": lambda: APIKey.objects.update(revoked_by_name="Somebody"),
    "another name": lambda: APIKey.objects.update(name="Other"),
    "fewer scopes": lambda: APIKey.objects.update(scopes=["read:leave"]),
    "earlier expiry": lambda: APIKey.objects.update(expires_at=timezone.now()),
    "other addresses": lambda: APIKey.objects.update(allowed_networks=["10.0.0.0/8"]),
}

REFUSED_ON_AN_EVENT: dict[str, Callable[[], Any]] = {
    "change by save": lambda: save_changed(AuditEvent, actor_name="Somebody"),
    "change in bulk": lambda: AuditEvent.objects.update(actor_name="Somebody"),
    "change by SQL": lambda: sql(f"UPDATE {EVENT} SET actor_name = 'Somebody'"),
    "delete by instance": lambda: AuditEvent.objects.get().delete(),
    "delete in bulk": lambda: AuditEvent.objects.all().delete(),
    "raw delete": lambda: raw_delete(AuditEvent),
    "delete by SQL": lambda: sql(f"DELETE FROM {EVENT}"),
}

REFUSED_ON_A_CHAIN: dict[str, Callable[[], Any]] = {
    "rewind": lambda: AuditChain.objects.update(length=0, head=""),
    "rewind by SQL": lambda: sql(f"UPDATE {CHAIN} SET length = length - 1"),
    "leave out": lambda: AuditChain.objects.update(length=F("length") + 2),
    "another head": lambda: AuditChain.objects.update(head="0" * 64),
    "another organisation": lambda: AuditChain.objects.update(
        length=F("length") + 1, organisation=None
    ),
    "delete": lambda: AuditChain.objects.all().delete(),
    "delete by SQL": lambda: sql(f"DELETE FROM {CHAIN}"),
}

REFUSED_STATEMENTS = {
    "postgresql": [
        f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {tables}"
        for tables in (f"{KEY} CASCADE", EVENT, f"{EVENT}, {KEY} CASCADE", CHAIN)
    ],
    "sqlite": [
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        for table in (KEY, EVENT, CHAIN)
    ],
}


@pytest.fixture
def key() -> APIKey:
    organisation = OrganisationFactory()
    return generated_key(
        organisation=organisation,
        scopes=["read:employees", "read:leave"],
        expires_on=expiry.today(organisation) + timedelta(days=30),
    ).api_key


def records() -> list[Any]:
    return [list(model.objects.values()) for model in TABLES]


def assert_refused(attempt: Callable[[], Any]) -> None:
    before = records()
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt()
    assert records() == before


@pytest.mark.parametrize("attempt", REFUSED_ON_A_KEY)
def test_a_key_is_kept_as_it_was_generated(key: APIKey, attempt: str) -> None:
    assert_refused(REFUSED_ON_A_KEY[attempt])


def test_a_key_may_lose_scopes_and_time(key: APIKey) -> None:
    soon = timezone.now() + timedelta(days=1)
    APIKey.objects.update(scopes=["read:leave"], expires_at=soon)
    key.refresh_from_db()
    assert (key.scopes, key.expires_at) == (["read:leave"], soon)


def test_a_key_without_expiry_may_get_one() -> None:
    key = generated_key().api_key
    save_changed(APIKey, expires_at=timezone.now())
    key.refresh_from_db()
    assert key.expires_at


def test_a_revoked_key_may_get_a_note(key: APIKey) -> None:
    services.revoke(key, actor=OPERATOR)
    save_changed(APIKey, note="Found in an old backup")
    key.refresh_from_db()
    assert key.note == "Found in an old backup"


@pytest.mark.parametrize("attempt", REFUSED_ON_A_REVOKED_KEY)
def test_a_revoked_key_stays_revoked(key: APIKey, attempt: str) -> None:
    services.revoke(key, actor=OPERATOR)
    assert_refused(REFUSED_ON_A_REVOKED_KEY[attempt])


@pytest.mark.parametrize("attempt", REFUSED_ON_AN_EVENT)
def test_an_event_is_never_touched(key: APIKey, attempt: str) -> None:
    assert_refused(REFUSED_ON_AN_EVENT[attempt])


@pytest.mark.parametrize("attempt", REFUSED_ON_A_CHAIN)
def test_the_end_of_a_chain_only_moves_on(key: APIKey, attempt: str) -> None:
    assert_refused(REFUSED_ON_A_CHAIN[attempt])


def test_the_orm_names_what_protects_a_key_and_its_organisation(key: APIKey) -> None:
    with pytest.raises(ProtectedError):
        key.delete()
    with pytest.raises(ProtectedError):
        key.organisation.delete()


@pytest.mark.parametrize("statement", REFUSED_STATEMENTS[connection.vendor])
def test_what_fires_no_delete_trigger_is_refused_too(
    key: APIKey, statement: str
) -> None:
    assert_refused(lambda: sql(statement))


def test_the_guards_can_be_installed_again(key: APIKey) -> None:
    guards.install()
    assert_refused(lambda: sql(f"DELETE FROM {KEY}"))


@pytest.mark.parametrize("attempt", REFUSED_ON_A_KEY)
def test_without_the_guards_it_succeeds_on_a_key(key: APIKey, attempt: str) -> None:
    """The attempts above fail because of the guards, and of nothing else."""
    assert_succeeds_without_guards(REFUSED_ON_A_KEY[attempt])


@pytest.mark.parametrize("attempt", REFUSED_ON_A_REVOKED_KEY)
def test_without_the_guards_it_succeeds_on_a_revoked_key(
    key: APIKey, attempt: str
) -> None:
    services.revoke(key, actor=OPERATOR)
    assert_succeeds_without_guards(REFUSED_ON_A_REVOKED_KEY[attempt])


@pytest.mark.parametrize("attempt", REFUSED_ON_AN_EVENT)
def test_without_the_guards_it_succeeds_on_an_event(key: APIKey, attempt: str) -> None:
    assert_succeeds_without_guards(REFUSED_ON_AN_EVENT[attempt])


@pytest.mark.parametrize("attempt", REFUSED_ON_A_CHAIN)
def test_without_the_guards_it_succeeds_on_a_chain(key: APIKey, attempt: str) -> None:
    assert_succeeds_without_guards(REFUSED_ON_A_CHAIN[attempt])


def assert_succeeds_without_guards(attempt: Callable[[], Any]) -> None:
    before = records()
    with transaction.atomic():
        guards.remove()
        attempt()
        assert records() != before
        transaction.set_rollback(True)
