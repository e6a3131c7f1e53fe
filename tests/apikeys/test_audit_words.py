"""What an audit event changed, in words."""

from typing import Any

import pytest

from apikeys.audit_words import what_changed
from apikeys.models import AuditAction, AuditEvent

SENTENCES: list[tuple[AuditAction, dict[str, Any], str]] = [
    (
        AuditAction.GENERATED,
        {"name": "Payroll", "scopes": ["read:employees"], "expires_on": None},
        "“Payroll” reads read:employees and never expires.",
    ),
    (
        AuditAction.GENERATED,
        {
            "name": "Payroll",
            "scopes": ["read:employees", "read:leave"],
            "expires_on": "2027-06-30",
            "rotated_from": "0a1b",
            "rotated_from_id": 3,
        },
        (
            "“Payroll” reads read:employees and read:leave and works to the end of"
            " 30 June 2027. It takes the place of the key with the fingerprint 0a1b."
        ),
    ),
    (
        AuditAction.ROTATED,
        {"name": "Payroll", "successor": "28c2", "successor_id": 9, "ends_on": None},
        "Its place is taken by the key with the fingerprint 28c2.",
    ),
    (
        AuditAction.ROTATED,
        {"successor": "28c2", "ends_on": "2027-06-30"},
        (
            "Its place is taken by the key with the fingerprint 28c2."
            " The old one works to the end of 30 June 2027."
        ),
    ),
    (
        AuditAction.CHANGED,
        {"name": {"from": "Old", "to": "New"}, "note": {"from": "", "to": "Ask Ann"}},
        "Name: “Old” became “New”. Note: nothing became “Ask Ann”.",
    ),
    (
        AuditAction.CHANGED,
        {"scopes": {"from": ["read:employees", "read:leave"], "to": ["read:leave"]}},
        "Took away read:employees; read:leave stayed.",
    ),
    (
        AuditAction.CHANGED,
        {"allowed_networks": {"from": [], "to": ["10.0.0.0/8", "2001:db8::/32"]}},
        "Allowed addresses: anywhere became 10.0.0.0/8 and 2001:db8::/32.",
    ),
    (
        AuditAction.CHANGED,
        {"owners": {"from": ["Ann"], "to": 7}, "colour": "red"},
        "owners: Ann became 7. colour: “red”.",
    ),
    (AuditAction.REVOKED, {"name": "Payroll"}, "“Payroll” stopped working."),
    (
        AuditAction.REFUSED,
        {"requests": 1, "scope": ""},
        "It no longer works, and was still presented: 1 request so far.",
    ),
    (
        AuditAction.SCOPE_DENIED,
        {"scope": "read:leave", "requests": 40},
        "It asked for what it doesn't have, last for read:leave: 40 requests so far.",
    ),
    (
        AuditAction.ADDRESS_DENIED,
        {"requests": 40},
        "It was used from an address that isn't allowed: 40 requests so far.",
    ),
    (
        AuditAction.IDENTIFIED,
        {},
        "Its value was found somewhere, and looked up here.",
    ),
    (AuditAction.EXPORTED, {"filters": {}}, "The whole log."),
    (
        AuditAction.EXPORTED,
        {"filters": {"person": "mei@harbour.example", "from": "2026-07-01"}},
        "Filtered by person: mei@harbour.example; from: 2026-07-01.",
    ),
    (AuditAction.SIGNED_IN, {}, ""),
    (AuditAction.SIGN_IN_FAILED, {}, ""),
    (AuditAction.SIGNED_OUT, {}, ""),
    (AuditAction.LOCKED_OUT, {}, ""),
    (
        AuditAction.PASSWORD_CHANGED,
        {"how": "changed"},
        "The old password was entered.",
    ),
    (
        AuditAction.PASSWORD_CHANGED,
        {"how": "reset by email"},
        "By a link in an email, as the old one was forgotten.",
    ),
    (
        AuditAction.SECOND_FACTOR_CHANGED,
        {"email": "ann@harbour.example", "did": "recovery code used"},
        "ann@harbour.example: recovery code used.",
    ),
    (
        AuditAction.SECURITY_CHANGED,
        {"second_factor_required": True},
        "Org admins need a second factor.",
    ),
    (
        AuditAction.SECURITY_CHANGED,
        {"second_factor_required": False},
        "Org admins no longer need a second factor.",
    ),
    (
        AuditAction.ROLE_CHANGED,
        {"email": "ann@harbour.example", "from": "employee", "to": "org_admin"},
        "ann@harbour.example: from Employee to Org admin.",
    ),
    (
        AuditAction.ROLE_CHANGED,
        {"email": "ann@harbour.example", "from": "owner", "to": ""},
        "ann@harbour.example: from owner to no role.",
    ),
    (
        AuditAction.STAFF_ACTED,
        {"did": "changed", "what": "user Ann (number 3)", "fields": ["Name", "Role"]},
        "Changed user Ann (number 3): Name and Role.",
    ),
    (
        AuditAction.STAFF_ACTED,
        {"did": "moved away", "what": "user Ann (number 3)", "fields": []},
        "Moved away user Ann (number 3).",
    ),
]

STRANGE: list[Any] = [
    {},
    {"éa": [1, None, {"b": "c"}]},
    {"filters": ["x"], "scopes": {"from": 1, "to": [None]}, "name": 7, "note": []},
    {"name": "x", "scopes": [], "expires_on": "soon"},
    {"name": "x", "scopes": [None, {}], "expires_on": [1]},
    {"name": "x", "scopes": [], "expires_on": "9" * 5000},
    {"successor": None, "rotated_from": {}, "ends_on": 5},
    {"email": "x", "from": ["list"], "to": {"a": 1}},
    {"did": "", "what": "", "fields": "all"},
    {"did": "x", "what": "y", "fields": [None, []]},
    {"how": ["x"], "email": "x", "did": None, "second_factor_required": 1},
    {"scope": None, "requests": "many"},
    {"scopes": {"from": [[]], "to": []}, "allowed_networks": {"from": [], "to": [1]}},
    [],
    ["a", 1],
    "text",
    7,
    None,
    True,
]


@pytest.mark.parametrize(("action", "details", "sentence"), SENTENCES)
def test_an_event_says_what_changed(
    action: AuditAction, details: dict[str, Any], sentence: str
) -> None:
    assert what_changed(AuditEvent(action=action, details=details)) == sentence


def test_there_are_words_for_every_action() -> None:
    assert {action for action, *_ in SENTENCES} == set(AuditAction)


@pytest.mark.parametrize("action", [*AuditAction, "an action of the future"])
def test_no_details_are_too_strange(action: str) -> None:
    for details in STRANGE:
        words = what_changed(AuditEvent(action=action, details=details))
        assert isinstance(words, str)
        assert words or not details or action == AuditAction.CHANGED


def test_what_it_does_not_know_it_says_as_it_stands() -> None:
    event = AuditEvent(action="archived", details={"by": "the clock", "years": [1, 2]})
    assert what_changed(event) == "by: the clock; years: [1, 2]"
