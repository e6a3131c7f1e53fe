"""The list of the organisation's keys, and the page of one of them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apikeys.forms.listing import FilterForm
from apikeys.models import APIKey
from apikeys.usage.report import Report
from hrtoolkit.organisations.access import OrgAdminRequest, organisation_of


@require_safe
def api_keys(request: OrgAdminRequest) -> HttpResponse:
    """List the organisation's keys, newest first."""
    organisation = organisation_of(request)
    form = FilterForm({"status": request.GET.get("status", "")})
    keys = organisation.api_keys.all()
    status = form.cleaned_data["status"] if form.is_valid() else ""
    if status:
        keys = keys.with_status(status)
    return render(
        request,
        "settings/api_keys/list.html",
        {"keys": keys, "form": form, "status": status},
        status=200 if form.is_valid() else 400,
    )


@require_safe
def detail(request: OrgAdminRequest, key_id: int) -> HttpResponse:
    """Show one key: everything recorded about it, its use and its history."""
    key = key_of_organisation(request, key_id)
    return render(
        request,
        "settings/api_keys/detail.html",
        {"key": key, "events": key.events.all(), "use": Report(key)},
    )


def key_of_organisation(request: OrgAdminRequest, key_id: int) -> APIKey:
    """Return the organisation's key, or raise the 404 of any other."""
    return get_object_or_404(organisation_of(request).api_keys, pk=key_id)
