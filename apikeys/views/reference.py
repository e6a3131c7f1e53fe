"""The endpoint reference."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apikeys.models import Status
from apikeys.reference import sections
from hrtoolkit.api.limits import REQUESTS_PER_MINUTE
from hrtoolkit.api.query import DEFAULT_LIMIT
from hrtoolkit.organisations.access import OrgAdminRequest, organisation_of
from hrtoolkit.public_url import public_url


@require_safe
def reference(request: OrgAdminRequest) -> HttpResponse:
    """Explain every endpoint, and what each of the organisation's scopes opens."""
    base = public_url(request)
    keys = organisation_of(request).api_keys.with_status(Status.ACTIVE)
    return render(
        request,
        "settings/api_keys/reference.html",
        {
            "base": base,
            "sections": sections(base, keys),
            "requests_per_minute": REQUESTS_PER_MINUTE,
            "default_limit": DEFAULT_LIMIT,
        },
    )
