"""The pages of keys and events in Django admin, and what stands on them."""

import re
from html import unescape
from typing import Any

from apikeys.models import APIKey, AuditEvent

KEYS = "/admin/apikeys/apikey/"
EVENTS = "/admin/apikeys/auditevent/"
BACKEND = "hrtoolkit.organisations.backends.UserBackend"


def text(response: Any) -> str:
    """Return a page without its markup."""
    assert response.status_code == 200
    words = re.sub(r"<[^>]*>", " ", response.content.decode()).split()
    return unescape(" ".join(words))


def page_of(thing: APIKey | AuditEvent) -> str:
    return f"{KEYS if isinstance(thing, APIKey) else EVENTS}{thing.pk}/change/"


def listed(response: Any) -> list[APIKey | AuditEvent]:
    assert response.status_code == 200
    return list(response.context["cl"].result_list)
