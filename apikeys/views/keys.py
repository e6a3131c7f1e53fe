"""The page of one of the organisation's keys."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apikeys import health
from apikeys.cutover import open_rotations
from apikeys.models import APIKey, Status
from apikeys.usage.report import Report
from hrtoolkit.organisations.access import OrgAdminRequest, organisation_of

EVENTS = 50
"""How many of its latest events a key's page shows."""


@require_safe
def detail(request: OrgAdminRequest, key_id: int) -> HttpResponse:
    """Show one key: everything recorded about it, its use and its history."""
    key = key_of_organisation(request, key_id)
    cutovers = open_rotations(key)
    is_rotated = any(cutover.old == key for cutover in cutovers)
    return render(
        request,
        "settings/api_keys/detail.html",
        {
            "key": key,
            "unused_scopes": health.unused_scopes(key),
            "cutovers": cutovers,
            "is_rotatable": key.status == Status.ACTIVE and not is_rotated,
            "use": Report(key),
            "events": key.events.newest_first()[:EVENTS],
        },
    )


def key_of_organisation(request: OrgAdminRequest, key_id: int) -> APIKey:
    """Return the organisation's key, or raise the 404 of any other."""
    return get_object_or_404(organisation_of(request).api_keys, pk=key_id)
