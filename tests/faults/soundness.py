"""Whether keys and their events tell the same."""

from tests.services.server import Installation

DIFFERENCES = """
from collections import Counter
from django.core.management import call_command
from apikeys.models import APIKey, AuditAction, AuditEvent

def compare(action, keys, column="pk"):
    events = AuditEvent.objects.filter(action=action)
    recorded = Counter(events.values_list("api_key", flat=True))
    written = Counter(keys.values_list(column, flat=True))
    for key in (recorded - written) + (written - recorded):
        print(action, key, recorded[key], written[key])

keys = APIKey.objects.order_by()
compare(AuditAction.GENERATED, keys)
compare(AuditAction.REVOKED, keys.filter(revoked_at__isnull=False))
compare(AuditAction.ROTATED, keys.filter(rotated_from__isnull=False), "rotated_from")
call_command("verify_audit_log", stdout=open("/dev/null", "w"))
"""
"""Prints the keys whose events aren't exactly those that they should have.

Fails where a chain isn't sound.
"""


def assert_sound(installation: Installation) -> None:
    """See that no key lacks its event, no event its key, and the chains hold."""
    assert installation.shell(DIFFERENCES) == ""
