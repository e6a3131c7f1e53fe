"""What an audit event changed, in words.

The trail outlives this code: where an event holds something else than the code
expects, the words are what it holds, as it stands.
"""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import Role

Details = dict[str, Any]

FIELDS = {
    "name": "Name",
    "note": "Note",
    "scopes": "Scopes",
    "allowed_networks": "Allowed addresses",
}


def what_changed(event: AuditEvent) -> str:
    """Return a sentence or two, or nothing where the action says it all."""
    words = WORDS.get(event.action)
    return (words and words(event.details)) or as_it_stands(event.details)


def generated(details: Details) -> str | None:
    match details:
        case {"name": str(name), "scopes": list(scopes), **others}:
            day = others.get("expires_on")
            expiry = f"works to the end of {on(day)}" if day else "never expires"
            words = f"“{name}” reads {listed(scopes)} and {expiry}."
            if old := others.get("rotated_from"):
                words += f" It takes the place of {with_fingerprint(old)}."
            return words
    return None


def rotated(details: Details) -> str | None:
    match details:
        case {"successor": successor, **others}:
            words = f"Its place is taken by {with_fingerprint(successor)}."
            if day := others.get("ends_on"):
                words += f" The old one works to the end of {on(day)}."
            return words
    return None


def changed(details: Details) -> str | None:
    match details:
        case dict():
            return " ".join(change(*item) for item in details.items())
    return None


def change(field: str, values: Any) -> str:
    """Return what happened to one field of a key."""
    label = FIELDS.get(field, field)
    match field, values:
        case "scopes", {"from": list(before), "to": list(after)}:
            gone = [scope for scope in before if scope not in after]
            return f"Took away {listed(gone)}; {listed(after)} stayed."
        case "allowed_networks", {"from": list(before), "to": list(after)}:
            return f"{label}: {networks(before)} became {networks(after)}."
        case _, {"from": before, "to": after}:
            return f"{label}: {quoted(before)} became {quoted(after)}."
    return f"{label}: {quoted(values)}."


def revoked(details: Details) -> str | None:
    match details:
        case {"name": str(name)}:
            return f"“{name}” stopped working."
    return None


def refused(details: Details) -> str | None:
    match details:
        case {"requests": int(requests)}:
            return (
                "It no longer works, and was still presented:"
                f" {counted(requests)} so far."
            )
    return None


def scope_denied(details: Details) -> str | None:
    match details:
        case {"scope": str(scope), "requests": int(requests)}:
            return (
                f"It asked for what it doesn't have, last for {scope}:"
                f" {counted(requests)} so far."
            )
    return None


def address_denied(details: Details) -> str | None:
    match details:
        case {"requests": int(requests)}:
            return (
                "It was used from an address that isn't allowed:"
                f" {counted(requests)} so far."
            )
    return None


def identified(details: Details) -> str | None:
    return None if details else "Its value was found somewhere, and looked up here."


def exported(details: Details) -> str | None:
    match details:
        case {"filters": dict(filters)}:
            return (
                f"Filtered by {as_it_stands(filters)}." if filters else "The whole log."
            )
    return None


def password_changed(details: Details) -> str | None:
    match details:
        case {"how": "changed"}:
            return "The old password was entered."
        case {"how": "reset by email"}:
            return "By a link in an email, as the old one was forgotten."
    return None


def second_factor_changed(details: Details) -> str | None:
    match details:
        case {"email": str(email), "did": str(did)}:
            return f"{email}: {did}."
    return None


def security_changed(details: Details) -> str | None:
    match details:
        case {"second_factor_required": bool(required)}:
            need = "need" if required else "no longer need"
            return f"Org admins {need} a second factor."
    return None


def role_changed(details: Details) -> str | None:
    match details:
        case {"email": str(email), "from": before, "to": after}:
            return f"{email}: from {role(before)} to {role(after)}."
    return None


def staff_acted(details: Details) -> str | None:
    match details:
        case {"did": str(did), "what": str(what), **others}:
            fields = others.get("fields")
            what += f": {listed(fields)}" if isinstance(fields, list) and fields else ""
            return f"{did.capitalize()} {what}."
    return None


WORDS: dict[str, Callable[[Details], str | None]] = {
    AuditAction.GENERATED: generated,
    AuditAction.ROTATED: rotated,
    AuditAction.CHANGED: changed,
    AuditAction.REVOKED: revoked,
    AuditAction.REFUSED: refused,
    AuditAction.SCOPE_DENIED: scope_denied,
    AuditAction.ADDRESS_DENIED: address_denied,
    AuditAction.IDENTIFIED: identified,
    AuditAction.EXPORTED: exported,
    AuditAction.PASSWORD_CHANGED: password_changed,
    AuditAction.SECOND_FACTOR_CHANGED: second_factor_changed,
    AuditAction.SECURITY_CHANGED: security_changed,
    AuditAction.ROLE_CHANGED: role_changed,
    AuditAction.STAFF_ACTED: staff_acted,
}


def as_it_stands(details: Any) -> str:
    """Return what details of any kind hold, for people to make out themselves."""
    match details:
        case dict():
            return "; ".join(f"{key}: {plain(value)}" for key, value in details.items())
    return plain(details)


def plain(value: Any) -> str:
    """Return text as it is, and anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def with_fingerprint(value: Any) -> str:
    return f"the key with the fingerprint {plain(value)}"


def quoted(value: Any) -> str:
    """Return what a field held."""
    match value:
        case None | "":
            return "nothing"
        case str():
            return f"“{value}”"
        case list():
            return listed(value)
    return plain(value)


def listed(values: Iterable[Any]) -> str:
    """Return "a, b and c"."""
    *most, last = map(plain, values or ["nothing"])
    return f"{', '.join(most)} and {last}" if most else last


def networks(values: list[Any]) -> str:
    return listed(values) if values else "anywhere"


def counted(requests: int) -> str:
    return f"{requests} request{'' if requests == 1 else 's'}"


def role(value: Any) -> str:
    """Return a role as people read it."""
    return Role(value).label if value in Role.values else plain(value or "no role")


def on(day: Any) -> str:
    """Return a date as people read it."""
    try:
        return date_format(date.fromisoformat(day), "j F Y")
    except (TypeError, ValueError):
        return plain(day)
