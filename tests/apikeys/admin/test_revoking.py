"""How staff revoke keys."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from apikeys import admin, expiry, services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation, User
from tests.apikeys.admin.pages import BACKEND, KEYS, page_of, text
from tests.factories import UserFactory, generated_key

pytestmark = pytest.mark.django_db


def revoke(staff: Client, *keys: APIKey, **more: str) -> Any:
    """Choose the action for these keys, and press the button."""
    selected = [api_key.pk for api_key in keys]
    form = {"action": "revoke_selected", "_selected_action": selected} | more
    return staff.post(KEYS, form, follow=True)


def test_it_asks_before_it_revokes(staff: Client, api_key: APIKey) -> None:
    page = text(revoke(staff, api_key))
    for shown in (
        "This can't be undone",
        api_key.name,
        api_key.fingerprint,
        str(api_key.organisation),
    ):
        assert shown in page
    api_key.refresh_from_db()
    assert api_key.revoked_at is None


def test_it_revokes_what_was_confirmed(
    staff: Client, organisation: Organisation
) -> None:
    keys = [
        generated_key(organisation=organisation).api_key,
        generated_key().api_key,
    ]
    kept = generated_key(organisation=organisation).api_key
    assert "API keys revoked: 2." in text(revoke(staff, *keys, confirmed="yes"))
    for api_key in keys:
        api_key.refresh_from_db()
        assert api_key.revoked_by_name == "Pat Staff"
    kept.refresh_from_db()
    assert kept.revoked_at is None


def test_it_records_who_revoked_for_the_organisation(
    staff: Client, person: User, api_key: APIKey
) -> None:
    revoke(staff, api_key, confirmed="yes")
    event = AuditEvent.objects.filter(organisation=api_key.organisation)[0]
    assert event.action == AuditAction.REVOKED
    assert event.api_key == api_key
    assert (event.actor_name, event.actor_email) == ("Pat Staff", person.email)
    assert event.ip_address == "203.0.113.9"


def test_it_offers_to_revoke_on_the_page_of_a_key(
    staff: Client, api_key: APIKey
) -> None:
    page = staff.get(page_of(api_key)).content.decode()
    assert f'formaction="{KEYS}"' in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page))
    assert fields.pop("action") == "revoke_selected"
    assert fields.pop("_selected_action") == str(api_key.pk)


def test_it_revokes_an_expired_key(staff: Client, organisation: Organisation) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    api_key = generated_key(
        at=long_ago, expires_on=expiry.today(organisation, long_ago)
    ).api_key
    revoke(staff, api_key, confirmed="yes")
    api_key.refresh_from_db()
    assert api_key.revoked_at


def test_it_leaves_a_revoked_key_as_it_is(staff: Client, api_key: APIKey) -> None:
    services.revoke(api_key, actor=Actor(name="Ann"))
    page = text(revoke(staff, api_key, confirmed="yes"))
    assert "These keys are revoked already." in page
    api_key.refresh_from_db()
    assert api_key.revoked_by_name == "Ann"


def test_it_revokes_all_keys_or_none(
    staff: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [generated_key(organisation=organisation).api_key for _ in range(2)]
    revoke_one = services.revoke

    def fail_at_the_second(api_key: APIKey, **kwargs: Any) -> APIKey:
        if api_key == keys[1]:
            raise RuntimeError
        return revoke_one(api_key, **kwargs)

    monkeypatch.setattr(services, "revoke", fail_at_the_second)
    with pytest.raises(RuntimeError):
        revoke(staff, *keys, confirmed="yes")
    assert not APIKey.objects.exclude(revoked_at=None).exists()
    assert not AuditEvent.objects.filter(action="revoked").exists()


def test_it_revokes_no_more_keys_than_it_can_show(
    staff: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "REVOKED_AT_ONCE", 1)
    keys = [generated_key(organisation=organisation).api_key for _ in range(2)]
    page = text(revoke(staff, *keys, select_across="1", confirmed="yes"))
    assert "Choose at most 1 keys." in page
    assert not APIKey.objects.exclude(revoked_at=None).exists()


def test_it_lets_nobody_revoke_who_may_only_look(api_key: APIKey) -> None:
    user = UserFactory(staff=True, is_superuser=False)
    user.user_permissions.add(Permission.objects.get(codename="view_apikey"))
    client = Client()
    client.force_login(user, backend=BACKEND)
    assert "Action:" not in text(revoke(client, api_key, confirmed="yes"))
    api_key.refresh_from_db()
    assert api_key.revoked_at is None
