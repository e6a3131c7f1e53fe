"""Changing what may change of a key while it lives."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apikeys import audit, networks
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction
from apikeys.services.locks import NotActive, lock

DETAILS = ("name", "note", "scopes", "allowed_networks")
STATE = (*DETAILS, "revoked_at")


class ChangedMeanwhile(Exception):
    """Somebody has changed the key since the form was shown."""


def version(api_key: APIKey) -> str:
    """Return what tells one state of a key's details from any other."""
    state = [getattr(api_key, name) for name in STATE]
    return hashlib.sha256(json.dumps(state, default=str).encode()).hexdigest()


@transaction.atomic
def change(
    api_key: APIKey,
    *,
    actor: Actor,
    seen: str,
    note: str,
    name: str | None = None,
    scopes: Sequence[str] | None = None,
    allowed_networks: Sequence[str] | None = None,
) -> APIKey:
    """Change a key's details and return its record as it now stands.

    ``seen`` is the version that was shown when the change was decided, lest it
    undoes another person's. What isn't given stays: of a revoked key only the
    note can be changed. What is so already is no change, whatever was seen.

    Raises ChangedMeanwhile, NotActive of a revoked key, and ValidationError
    naming the field that is wrong: a scope that isn't held can't be added.
    """
    locked = lock(api_key)
    asked: dict[str, Any] = {"note": note.strip()}
    if name is not None:
        asked["name"] = name.strip()
    if scopes is not None:
        asked["scopes"] = sorted(scopes)
    if allowed_networks is not None:
        asked["allowed_networks"] = normalised(allowed_networks)
    if details := differing(locked, asked):
        if version(locked) != seen:
            raise ChangedMeanwhile
        check_allowed(locked, details)
        write(locked, actor, details)
    return locked


@transaction.atomic
def remove_scope(api_key: APIKey, scope: str, *, actor: Actor) -> APIKey:
    """Take one scope away and return the key's record as it now stands.

    A key that doesn't hold it stays as it is. Raises ValidationError if it is
    the key's only scope, and NotActive of a revoked key.
    """
    locked = lock(api_key)
    if scope in locked.scopes:
        if locked.revoked_at:
            raise NotActive(locked)
        write(locked, actor, {"scopes": [s for s in locked.scopes if s != scope]})
    return locked


def normalised(allowed_networks: Sequence[str]) -> list[str]:
    """Return the ranges as they are kept. Raises ValidationError naming the lines."""
    try:
        return networks.normalised(allowed_networks)
    except ValidationError as error:
        raise ValidationError({"allowed_networks": error}) from None


def differing(locked: APIKey, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the details that aren't already as they are asked to be."""
    return {name: new for name, new in asked.items() if getattr(locked, name) != new}


def check_allowed(locked: APIKey, details: dict[str, Any]) -> None:
    """Raise NotActive or ValidationError if the key's state forbids the change."""
    if locked.revoked_at and details.keys() != {"note"}:
        raise NotActive(locked)
    if not set(details.get("scopes", ())) <= set(locked.scopes):
        raise ValidationError(
            {"scopes": "A scope can’t be added. Generate a new key for it."}
        )


def write(locked: APIKey, actor: Actor, details: dict[str, Any]) -> None:
    """Save new details, and record from what to what they changed."""
    changes = {
        name: {"from": getattr(locked, name), "to": new}
        for name, new in details.items()
    }
    for name, new in details.items():
        setattr(locked, name, new)
    locked.clean_fields(
        exclude={field.name for field in locked._meta.fields} - changes.keys()
    )
    locked.save(update_fields=list(changes))
    audit.record(
        AuditAction.CHANGED,
        organisation=locked.organisation,
        actor=actor,
        api_key=locked,
        details=changes,
    )
