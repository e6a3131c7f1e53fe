"""Tells the audit log of requests that a key was turned away with."""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from apikeys import audit
from apikeys.actors import Actor
from apikeys.models import APIKey, AuditAction

INTERVAL = timedelta(minutes=1)


class Refusal(NamedTuple):
    """Which key was turned away, and how."""

    key_id: int
    outcome: str


@transaction.atomic
def report(refusal: Refusal) -> bool:
    """Record an event with the number of requests so far, at most one a minute.

    A flood fills nothing, and no request is lost: the next event's number has
    it. Return whether the trail now tells of all that is counted.
    """
    key = APIKey.objects.select_related("organisation").get(pk=refusal.key_id)
    audit.lock_chain(key.organisation)
    uses = key.uses.filter(outcome=refusal.outcome)
    requests = uses.total()["requests"]
    latest = uses[0]
    recent = key.events.filter(
        action=refusal.outcome, at__gt=timezone.now() - INTERVAL
    ).first()
    if recent:
        return bool(recent.details["requests"] == requests)
    audit.record(
        AuditAction(refusal.outcome),
        organisation=key.organisation,
        actor=Actor.from_api_key(key, latest.ip_address, latest.client),
        api_key=key,
        details={"requests": requests, "scope": latest.scope},
    )
    return True
