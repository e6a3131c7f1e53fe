"""Revoking a key."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apikeys import audit, journal
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction
from apikeys.services.locks import lock


@transaction.atomic
def revoke(api_key: APIKey, *, actor: Actor, at: datetime | None = None) -> APIKey:
    """Revoke a key, for good, and return its record as it now stands.

    A key that is already revoked stays as it is. From the commit on, no
    request that begins later is answered with data.
    """
    locked = lock(api_key)
    if locked.revoked_at is None:
        locked.revoked_at = at or timezone.now()
        locked.revoked_by_name = actor.name
        locked.save(update_fields=["revoked_at", "revoked_by_name"])
        audit.record(
            AuditAction.REVOKED,
            organisation=locked.organisation,
            actor=actor,
            api_key=locked,
            details={"name": locked.name},
            at=locked.revoked_at,
        )
        journal.note(locked)
    return locked
