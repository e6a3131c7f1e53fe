"""Rotating a key: a successor in its place, and time to put it there."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apikeys import audit, expiry
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, Status
from apikeys.services.generation import (
    Generated,
    complete,
    refuse_replay,
    validate_day,
)
from apikeys.services.locks import NotActive, lock


class AlreadyRotated(Exception):
    """The key has an active successor already."""

    def __init__(self, successor: APIKey) -> None:
        super().__init__("This key has already been rotated.")
        self.successor = successor


@transaction.atomic
def rotate(
    api_key: APIKey,
    *,
    actor: Actor,
    submission_id: UUID,
    expires_on: date | None = None,
    ends_on: date | None = None,
    at: datetime | None = None,
) -> Generated:
    """Generate a key that reads what this one does, and return it with its value.

    The old key works until it is revoked, or to the end of ``ends_on`` where
    the organisation is; ``expires_on`` is the new key's. ``at`` dates it back,
    for history that is loaded.

    Raises ValidationError naming the field that is wrong, NotActive of a key
    that is expired or revoked, AlreadyRotated where it has an active
    successor, and AlreadyGenerated where ``submission_id`` has made a key.
    """
    old = lock(api_key)
    organisation = old.organisation
    refuse_replay(organisation, submission_id)
    check_rotatable(old)
    if ends_on:
        if expires_on and expires_on < ends_on:
            raise ValidationError(
                {"ends_on": "The new key expires before that. Choose an earlier day."}
            )
        end(old, ends_on)
    generated = complete(
        APIKey(
            organisation=organisation,
            name=old.name,
            note=old.note,
            scopes=old.scopes,
            allowed_networks=old.allowed_networks,
            rotated_from=old,
            submission_id=submission_id,
        ),
        actor=actor,
        expires_on=expires_on,
        at=at,
    )
    audit.record(
        AuditAction.ROTATED,
        organisation=organisation,
        actor=actor,
        api_key=old,
        details={
            "name": old.name,
            "successor": generated.api_key.fingerprint,
            "successor_id": generated.api_key.pk,
            "ends_on": ends_on and ends_on.isoformat(),
        },
        at=generated.api_key.created_at,
    )
    return generated


def check_rotatable(api_key: APIKey) -> None:
    """Raise NotActive or AlreadyRotated of a key that can't be rotated."""
    if api_key.status != Status.ACTIVE:
        raise NotActive(api_key)
    successors = api_key.organisation.api_keys.filter(rotated_from=api_key)
    if successor := successors.with_status(Status.ACTIVE).first():
        raise AlreadyRotated(successor)


def end(old: APIKey, ends_on: date) -> None:
    """Let the old key work to the end of a day, and never longer than before."""
    organisation = old.organisation
    validate_day("ends_on", ends_on, organisation, timezone.now())
    if old.expires_on and ends_on > old.expires_on:
        raise ValidationError(
            {"ends_on": "The old key expires before that. Choose an earlier day."}
        )
    ends_at = expiry.end_of_day(ends_on, organisation)
    # Where the organisation has changed its time zone, one day has two ends.
    old.expires_at = min(ends_at, old.expires_at or ends_at)
    old.save(update_fields=["expires_at"])
