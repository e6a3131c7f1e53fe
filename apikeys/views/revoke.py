"""Revoking a key."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apikeys import services
from apikeys.actors import Actor
from apikeys.usage.report import Report
from apikeys.views.keys import key_of_organisation
from hrtoolkit.organisations.access import OrgAdminRequest


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: OrgAdminRequest, key_id: int) -> HttpResponse:
    """Say what revoking will do, and do it."""
    key = key_of_organisation(request, key_id)
    if request.method == "POST":
        services.revoke(key, actor=Actor.from_request(request))
        messages.success(
            request, f"“{key.name}” is revoked. Its next request is refused."
        )
        return redirect("apikeys:list")
    if key.revoked_at:
        return redirect(key)
    return render(
        request, "settings/api_keys/revoke.html", {"key": key, "use": Report(key)}
    )
