"""The one writer of audit events, and the check that none was touched.

Each event carries an HMAC over its own content and its predecessor's HMAC
(contract, section 6). Whoever can write to the database but doesn't have
``AUDIT_HMAC_KEY`` can't change or insert an event unnoticed, nor remove one
but the last; an earlier head, kept elsewhere, shows that those were cut off.
"""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction, AuditChain, AuditEvent
from hrtoolkit.client_address import canonical
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
        spelt(event.ip_address),
        event.user_agent,
        event.details,
    ]
    message = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hmac.digest(
        settings.AUDIT_HMAC_KEY.encode(), message.encode(), hashlib.sha256
    ).hex()


def spelt(address: str | None) -> str | None:
    """Return an address in our spelling: PostgreSQL has another for some of IPv6.

    What is no address was put there by somebody else, and stays to be found.
    """
    try:
        return address and canonical(address)
    except ValueError:
        return address


class Head(NamedTuple):
    """The last event of a chain at some time: its number and its HMAC."""

    number: int
    mac: str


NO_EVENT = Head(0, "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of one chain found: its head, or up to where it is sound."""

    organisation: Organisation | None
    head: Head
    fault: str | None = None


def verify(
    kept: Mapping[Organisation | None, Sequence[Head]] | None = None,
) -> Iterator[Verdict]:
    """Check every chain, the platform's first.

    ``kept`` are heads that the chains had earlier, noted elsewhere.
    """
    for organisation in (None, *Organisation.objects.order_by("pk")):
        yield verify_chain(organisation, (kept or {}).get(organisation, ()))


def verify_chain(
    organisation: Organisation | None, kept: Sequence[Head] = ()
) -> Verdict:
    """Walk one chain from its first event to the first that is wrong.

    The events have to lead to where the chain is recorded to end, and by way
    of every head in ``kept``.
    """
    # Read before the events: what is appended meanwhile is no fault.
    recorded = recorded_head(organisation)
    expected: dict[int, set[str]] = defaultdict(set)
    for known in (recorded, *kept):
        expected[known.number].add(known.mac)
    head = NO_EVENT
    events = AuditEvent.objects.filter(organisation=organisation).order_by("number")
    for event in events.iterator():
        fault = fault_of(event, head, expected.get(event.number, set()))
        if fault:
            return Verdict(organisation, head, fault)
        head = Head(event.number, event.mac)
    fault = None
    if head.number < max(expected):
        fault = f"Event {head.number + 1} is missing."
    elif head.number > recorded_head(organisation).number:
        fault = f"Event {head.number} lies behind the recorded end of the chain."
    return Verdict(organisation, head, fault)


def recorded_head(organisation: Organisation | None) -> Head:
    """Return where the chain ends, as recorded beside the events."""
    chain = AuditChain.objects.filter(organisation=organisation).first()
    return Head(chain.length, chain.head) if chain else NO_EVENT


def fault_of(event: AuditEvent, previous: Head, expected: set[str]) -> str | None:
    """Return what is wrong with the event that follows ``previous``, if anything.

    ``expected`` are the HMACs that it is known to have had.
    """
    number = previous.number + 1
    if event.number > number:
        return f"Event {number} is missing."
    computed = mac(event, previous.mac)
    if event.number != number or not hmac.compare_digest(event.mac, computed):
        return f"Event {event.number} was tampered with."
    if expected - {event.mac}:
        return (
            f"Event {event.number} isn't the one that was recorded:"
            " the history up to it was rewritten."
        )
    return None
