"""The only writers of keys: each change and its audit event in one transaction."""

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
    now = at or timezone.now()
    if expires_on:
        try:
            expiry.validate_expires_on(expires_on, organisation, now)
        except ValidationError as error:
            raise ValidationError({"expires_on": error}) from None
    token = new_token()
    api_key = APIKey(
        organisation=organisation,
        name=name.strip(),
        scopes=sorted(scopes),
        digest=token.digest,
        submission_id=submission_id,
        created_at=now,
        created_by=actor.user,
        created_by_name=actor.name,
        expires_at=expires_on and expiry.end_of_day(expires_on, organisation),
    )
    with transaction.atomic():
        # The chain's lock makes a second submission wait here for the first.
        audit.lock_chain(organisation)
        if submission_id:
            earlier = APIKey.objects.filter(
                organisation=organisation, submission_id=submission_id
            ).first()
            if earlier:
                raise AlreadyGenerated(earlier)
        api_key.full_clean()
        api_key.save(force_insert=True)
        audit.record(
            AuditAction.GENERATED,
            organisation=organisation,
            actor=actor,
            api_key=api_key,
            details={
                "name": api_key.name,
                "scopes": api_key.scopes,
                "expires_on": expires_on and expires_on.isoformat(),
            },
            at=now,
        )
    return Generated(api_key, token)


@transaction.atomic
def revoke(api_key: APIKey, *, actor: Actor, at: datetime | None = None) -> APIKey:
    """Revoke a key, for good, and return its record as it now stands.

    A key that is already revoked stays as it is. From the commit on, no
    request that begins later is answered with data.
    """
    locked = APIKey.objects.select_for_update().get(pk=api_key.pk)
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
    return locked
