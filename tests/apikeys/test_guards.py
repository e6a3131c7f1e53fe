"""What the database refuses, whoever asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from apikeys import guards, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditEvent
from tests.factories import OrganisationFactory, UserFactory, generated_key

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Command line (tester)")
KEY, EVENT = APIKey._meta.db_table, AuditEvent._meta.db_table


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
    "scopes in bulk": lambda: APIKey.objects.update(scopes=["read:leave"]),
    "scopes by bulk_update": lambda: APIKey.objects.bulk_update(
        [APIKey(pk=APIKey.objects.get().pk, scopes=["read:leave"])], ["scopes"]
    ),
    "expiry in bulk": lambda: APIKey.objects.update(expires_at=timezone.now()),
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

REFUSED_STATEMENTS = {
    "postgresql": [
        f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {tables}"
        for tables in (f"{KEY} CASCADE", EVENT, f"{EVENT}, {KEY}")
    ],
    "sqlite": [
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
        for table in (KEY, EVENT)
    ],
}


@pytest.fixture
def key() -> APIKey:
    return generated_key().api_key


def assert_refused(attempt: Callable[[], Any]) -> None:
    before = [list(model.objects.values()) for model in (APIKey, AuditEvent)]
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt()
    assert [list(model.objects.values()) for model in (APIKey, AuditEvent)] == before


@pytest.mark.parametrize("attempt", REFUSED_ON_A_KEY)
def test_a_key_is_kept_as_it_was_generated(key: APIKey, attempt: str) -> None:
    assert_refused(REFUSED_ON_A_KEY[attempt])


@pytest.mark.parametrize("attempt", REFUSED_ON_A_REVOKED_KEY)
def test_a_revoked_key_stays_revoked(key: APIKey, attempt: str) -> None:
    services.revoke(key, actor=OPERATOR)
    assert_refused(REFUSED_ON_A_REVOKED_KEY[attempt])


@pytest.mark.parametrize("attempt", REFUSED_ON_AN_EVENT)
def test_an_event_is_never_touched(key: APIKey, attempt: str) -> None:
    assert_refused(REFUSED_ON_AN_EVENT[attempt])


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


def test_without_the_guards_the_same_attempts_succeed(key: APIKey) -> None:
    """The attempts above fail because of the guards, and of nothing else."""
    services.revoke(key, actor=OPERATOR)
    guards.remove()
    for attempt in REFUSED_ON_A_REVOKED_KEY.values():
        with transaction.atomic():
            services.revoke(key, actor=OPERATOR)
            attempt()
    AuditEvent.objects.all().delete()
    for name, attempt in REFUSED_ON_A_KEY.items():
        if not name.startswith("delete"):
            attempt()
    sql(f"DELETE FROM {KEY}")
    assert not APIKey.objects.exists()
