"""The one writer of audit events, and the check that none was touched.

Each event carries an HMAC over its own content and its predecessor's HMAC
(contract, section 6). Who can write to the database but doesn't have
``AUDIT_HMAC_KEY`` can't change or insert an event unnoticed, nor remove one
but the last; an earlier head, kept elsewhere, shows that those were cut off.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditChain, AuditEvent
from hrtoolkit.organisations.models import Organisation


@transaction.atomic
def record(
    action: AuditAction,
    *,
    organisation: Organisation | None,
    actor: Actor,
    api_key: APIKey | None = None,
    details: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Append an event to the organisation's chain, or to the platform's.

    Call it in the transaction of the change it describes. ``at`` is the
    instant of the change, now unless it is given.
    """
    chain = lock_chain(organisation)
    event = AuditEvent(
        organisation=organisation,
        number=chain.length + 1,
        at=at or timezone.now(),
        action=action,
        api_key=api_key,
        actor_id=actor.user.pk if actor.user else None,
        actor_name=actor.name,
        actor_email=actor.email,
        ip_address=actor.ip_address,
        user_agent=actor.user_agent,
        details=details or {},
    )
    event.mac = mac(event, chain.head)
    event.save(force_insert=True)
    chain.length, chain.head = event.number, event.mac
    chain.save(update_fields=["length", "head"])
    return event


def lock_chain(organisation: Organisation | None) -> AuditChain:
    """Return the chain's end, locked until the transaction ends."""
    chains = AuditChain.objects.select_for_update()
    chain = chains.filter(organisation=organisation).first()
    return chain or chains.get_or_create(organisation=organisation)[0]


def mac(event: AuditEvent, previous: str) -> str:
    """Return the HMAC-SHA256 of an event and its predecessor's HMAC, in hex."""
    if not settings.AUDIT_HMAC_KEY:
        raise ImproperlyConfigured("AUDIT_HMAC_KEY is not set.")
    content = [
        previous,
        event.organisation_id,
        event.number,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.action,
        event.api_key_id,
        event.actor_id,
        event.actor_name,
        event.actor_email,
        event.ip_address,
        event.user_agent,
        event.details,
    ]
    message = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hmac.digest(
        settings.AUDIT_HMAC_KEY.encode(), message.encode(), hashlib.sha256
    ).hex()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of one chain found."""

    organisation: Organisation | None
    length: int
    head: str
    fault: str | None = None


def verify() -> Iterator[Verdict]:
    """Check every chain, the platform's first."""
    for organisation in (None, *Organisation.objects.order_by("pk")):
        yield verify_chain(organisation)


def verify_chain(organisation: Organisation | None) -> Verdict:
    """Walk one chain from its first event to the first that is wrong."""
    head, number = "", 0
    events = AuditEvent.objects.filter(organisation=organisation).order_by("number")
    for event in events.iterator():
        if event.number != number + 1:
            fault = f"Event {number + 1} is missing."
            return Verdict(organisation, number, head, fault)
        if not hmac.compare_digest(event.mac, mac(event, head)):
            fault = f"Event {event.number} was tampered with."
            return Verdict(organisation, number, head, fault)
        head, number = event.mac, event.number
    return Verdict(organisation, number, head)
