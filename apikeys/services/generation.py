"""Generating a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apikeys import audit, expiry
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction
from apikeys.tokens import Token, new_token
from hrtoolkit.organisations.models import Organisation


class AlreadyGenerated(Exception):
    """The same form was submitted before; ``api_key`` is what it made."""

    def __init__(self, api_key: APIKey) -> None:
        super().__init__("This form has already generated a key.")
        self.api_key = api_key


@dataclass(frozen=True, slots=True)
class Generated:
    """A new key's record, and its value, which exists only here."""

    api_key: APIKey
    token: Token


@transaction.atomic
def generate(
    *,
    organisation: Organisation,
    name: str,
    scopes: Sequence[str],
    actor: Actor,
    expires_on: date | None = None,
    submission_id: UUID | None = None,
    at: datetime | None = None,
) -> Generated:
    """Generate a key and return it with its value.

    The key works to the end of ``expires_on`` where the organisation is, or
    for ever without one. ``at`` dates it back, for history that is loaded.

    Raises ValidationError naming the field that is wrong, and
    AlreadyGenerated where ``submission_id`` has made a key before.
    """
    # The chain's lock makes a second submission wait here for the first.
    audit.lock_chain(organisation)
    refuse_replay(organisation, submission_id)
    api_key = APIKey(
        organisation=organisation,
        name=name.strip(),
        scopes=sorted(scopes),
        submission_id=submission_id,
    )
    return complete(api_key, actor=actor, expires_on=expires_on, at=at)


def refuse_replay(organisation: Organisation, submission_id: UUID | None) -> None:
    """Raise AlreadyGenerated if the same form was submitted before."""
    if submission_id is None:
        return
    earlier = organisation.api_keys.filter(submission_id=submission_id).first()
    if earlier:
        raise AlreadyGenerated(earlier)


def complete(
    api_key: APIKey,
    *,
    actor: Actor,
    expires_on: date | None,
    at: datetime | None = None,
) -> Generated:
    """Give a new record its value and its expiry, save it, and record that.

    Raises ValidationError naming the field that is wrong.
    """
    now = at or timezone.now()
    organisation = api_key.organisation
    if expires_on:
        validate_day("expires_on", expires_on, organisation, now)
        api_key.expires_at = expiry.end_of_day(expires_on, organisation)
    token = new_token()
    api_key.digest = token.digest
    api_key.created_at = now
    api_key.created_by = actor.user
    api_key.created_by_name = actor.name
    api_key.full_clean()
    api_key.save(force_insert=True)
    details = {
        "name": api_key.name,
        "scopes": api_key.scopes,
        "expires_on": expires_on and expires_on.isoformat(),
    }
    if old := api_key.rotated_from:
        details |= {"rotated_from": old.fingerprint, "rotated_from_id": old.pk}
    audit.record(
        AuditAction.GENERATED,
        organisation=organisation,
        actor=actor,
        api_key=api_key,
        details=details,
        at=now,
    )
    return Generated(api_key, token)


def validate_day(
    field: str, day: date, organisation: Organisation, now: datetime
) -> None:
    """Refuse a day on which no key can expire. Raises ValidationError of the field."""
    try:
        expiry.validate_expires_on(day, organisation, now)
    except ValidationError as error:
        raise ValidationError({field: error}) from None
