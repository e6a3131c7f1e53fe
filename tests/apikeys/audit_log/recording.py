"""What is recorded in the audit log, and which of it a page shows."""

import re
from typing import Any

from apikeys import audit
from apikeys.actors import Actor
from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import Organisation
from tests.people import text

LOG = "/settings/audit-log/"
ANN = Actor(name="Ann Ng", email="ann@harbour.example")


def record(
    organisation: Organisation | None,
    action: AuditAction = AuditAction.SIGNED_IN,
    actor: Actor = ANN,
    **kwargs: Any,
) -> AuditEvent:
    return audit.record(action, organisation=organisation, actor=actor, **kwargs)


def shown(response: Any) -> list[int]:
    """Return the numbers of the events on a page, from top to bottom."""
    return [int(number) for number in re.findall(r"Event (\d+)<", text(response))]
