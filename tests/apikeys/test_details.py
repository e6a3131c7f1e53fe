"""Changing what may change of a key."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from apikeys import services
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditEvent
from tests.factories import EXAMPLE, generated_key
from tests.integration import get

pytestmark = pytest.mark.django_db

OPERATOR = Actor(name="Command line (tester)")


@pytest.fixture
def key() -> APIKey:
    return generated_key(scopes=["read:employees", "read:leave"]).api_key


def change(key: APIKey, **details: Any) -> APIKey:
    arguments = {"seen": services.version(key), "note": key.note} | details
    return services.change(key, actor=OPERATOR, **arguments)


def changes() -> list[dict[str, Any]]:
    """Return what each recorded change was, the oldest first."""
    events = AuditEvent.objects.filter(action=AuditAction.CHANGED).order_by("pk")
    return [event.details for event in events]


def test_it_changes_and_records_what_differs(key: APIKey) -> None:
    changed = change(
        key,
        name=" Payroll, weekly ",
        note="For Sam.\nAsk first. ",
        scopes=["read:leave", "read:employees"],
        allowed_networks=["203.0.113.9"],
    )
    stored = APIKey.objects.get()
    for record in (changed, stored):
        assert record.name == "Payroll, weekly"
        assert record.note == "For Sam.\nAsk first."
        assert record.scopes == ["read:employees", "read:leave"]
        assert record.allowed_networks == ["203.0.113.9/32"]
    assert changes() == [
        {
            "name": {"from": "Payroll", "to": "Payroll, weekly"},
            "note": {"from": "", "to": "For Sam.\nAsk first."},
            "allowed_networks": {"from": [], "to": ["203.0.113.9/32"]},
        }
    ]
    event = AuditEvent.objects.latest("pk")
    assert (event.api_key, event.actor_name) == (stored, OPERATOR.name)
    assert event.organisation == stored.organisation


def test_what_changes_nothing_is_not_recorded(key: APIKey) -> None:
    change(key, name="Payroll ", scopes=["read:leave", "read:employees"])
    change(key, allowed_networks=["", " "])
    assert not changes()


def test_what_is_not_given_stays(key: APIKey) -> None:
    change(key, allowed_networks=["10.0.0.0/8"])
    changed = change(APIKey.objects.get(), note="New")
    assert (changed.name, changed.scopes) == (key.name, key.scopes)
    assert changed.allowed_networks == ["10.0.0.0/8"]


def test_scopes_can_be_taken_away_and_not_added() -> None:
    generated = generated_key(scopes=["read:employees", "read:leave"])
    key = generated.api_key
    assert get("/leave/balances", generated.token).status_code == 200
    narrowed = change(key, scopes=["read:employees"])
    assert get("/leave/balances", generated.token).status_code == 403
    assert changes() == [
        {"scopes": {"from": ["read:employees", "read:leave"], "to": ["read:employees"]}}
    ]
    for added in (["read:employees", "read:leave"], ["read:performance"]):
        with pytest.raises(ValidationError) as refusal:
            change(narrowed, scopes=added)
        assert list(refusal.value.message_dict) == ["scopes"]
    assert APIKey.objects.get().scopes == ["read:employees"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " "),
        ("name", "n" * 101),
        ("name", EXAMPLE),
        ("name", "a\u200bb"),
        ("note", "n" * 1001),
        ("note", f"It is {EXAMPLE}"),
        ("note", "a\x00b"),
        ("note", "\udcff"),
        ("scopes", []),
        ("scopes", ["read:leave", "read:leave"]),
        ("scopes", ["write:leave"]),
        ("allowed_networks", ["office"]),
        ("allowed_networks", [EXAMPLE]),
        ("allowed_networks", ["0.0.0.0/0"]),
    ],
)
def test_it_refuses_what_is_wrong(key: APIKey, field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        change(key, **{field: value})
    assert list(refusal.value.message_dict) == [field]
    assert EXAMPLE not in str(refusal.value)
    assert not changes()


def test_one_persons_change_doesnt_undo_anothers(key: APIKey) -> None:
    seen = services.version(key)
    change(key, allowed_networks=["10.0.0.0/8"])
    with pytest.raises(services.ChangedMeanwhile):
        change(key, seen=seen, name="Other", allowed_networks=[])
    assert APIKey.objects.get().allowed_networks == ["10.0.0.0/8"]


def test_what_is_so_already_passes_whatever_was_seen(key: APIKey) -> None:
    stale: dict[str, Any] = {
        "seen": services.version(key),
        "name": "Payroll, weekly",
        "note": "For Sam.",
        "scopes": ["read:leave"],
        "allowed_networks": ["203.0.113.9"],
    }
    change(key, **stale)
    assert change(key, **stale).name == "Payroll, weekly"
    assert len(changes()) == 1
    services.revoke(key, actor=OPERATOR)
    assert change(key, **stale).revoked_at
    with pytest.raises(services.ChangedMeanwhile):
        change(key, **stale | {"scopes": key.scopes})


@pytest.mark.parametrize("field", services.details.STATE)
def test_a_version_tells_every_detail(key: APIKey, field: str) -> None:
    before = services.version(key)
    setattr(key, field, ["other"])
    assert services.version(key) != before


def test_of_a_revoked_key_only_the_note_changes(key: APIKey) -> None:
    key = services.revoke(key, actor=OPERATOR)
    for details in ({"name": "Other"}, {"scopes": ["read:leave"]}):
        with pytest.raises(services.NotActive):
            change(key, **details)
    with pytest.raises(services.NotActive):
        change(key, allowed_networks=["10.0.0.0/8"])
    assert change(key, note="Leaked in March").note == "Leaked in March"
    assert changes() == [{"note": {"from": "", "to": "Leaked in March"}}]


def test_one_scope_is_taken_away(key: APIKey) -> None:
    narrowed = services.remove_scope(key, "read:leave", actor=OPERATOR)
    assert narrowed.scopes == APIKey.objects.get().scopes == ["read:employees"]
    # Again, from a page that still shows it, is harmless.
    services.remove_scope(key, "read:leave", actor=OPERATOR)
    assert len(changes()) == 1


def test_two_scopes_are_taken_away_from_one_page(key: APIKey) -> None:
    services.remove_scope(key, "read:leave", actor=OPERATOR)
    with pytest.raises(ValidationError):
        services.remove_scope(key, "read:employees", actor=OPERATOR)
    assert APIKey.objects.get().scopes == ["read:employees"]


def test_a_revoked_key_keeps_its_scopes(key: APIKey) -> None:
    services.revoke(key, actor=OPERATOR)
    with pytest.raises(services.NotActive):
        services.remove_scope(key, "read:leave", actor=OPERATOR)
    assert not changes()
