"""The pages of Settings → API Keys, for org admins only (``organisations.access``)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from apikeys import services
from apikeys.actors import Actor
from apikeys.forms import FilterForm, GenerateForm
from apikeys.models import APIKey, Status
from apikeys.reference import sections
from hrtoolkit.api.answers import base_url
from hrtoolkit.api.limits import REQUESTS_PER_MINUTE
from hrtoolkit.organisations.access import (
    OrgAdminRequest,
    needs_recent_password,
    organisation_of,
)


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


@needs_recent_password
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("generated")
def generate(request: OrgAdminRequest) -> HttpResponse:
    """Generate a key, and show its value in the answer to the POST.

    An exception to our pattern of redirecting after a POST: a redirect would
    need a place to keep the value, and there is none.
    """
    organisation = organisation_of(request)
    data = request.POST if request.method == "POST" else None
    form = GenerateForm(data, organisation=organisation)
    if form.is_valid():
        try:
            generated = services.generate(
                organisation=organisation,
                actor=Actor.from_request(request),
                **form.cleaned_data,
            )
        except services.AlreadyGenerated as error:
            messages.warning(
                request,
                "This form has already generated the key below. Its value was shown"
                " once and can't be shown again. If it wasn't saved, revoke this key"
                " and generate a new one.",
            )
            return redirect(error.api_key)
        except ValidationError as error:
            # Midnight may pass between the form's check and the service's.
            form.add_error(None, error)
        else:
            return render(
                request,
                "settings/api_keys/reveal.html",
                {
                    "key": generated.api_key,
                    "value": generated.token.reveal(),
                    "base": base_url(request),
                },
            )
    if form.is_bound:
        form.prepare_to_show_again()
    return render(request, "settings/api_keys/generate.html", {"form": form})


@require_safe
def detail(request: OrgAdminRequest, key_id: int) -> HttpResponse:
    """Show one key: everything recorded about it, and its history."""
    key = key_of_organisation(request, key_id)
    return render(
        request,
        "settings/api_keys/detail.html",
        {"key": key, "events": key.events.all()},
    )


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
    return render(request, "settings/api_keys/revoke.html", {"key": key})


@require_safe
def reference(request: OrgAdminRequest) -> HttpResponse:
    """Explain every endpoint, and what each of the organisation's scopes opens."""
    base = base_url(request)
    keys = organisation_of(request).api_keys.with_status(Status.ACTIVE)
    return render(
        request,
        "settings/api_keys/reference.html",
        {
            "base": base,
            "sections": sections(base, keys),
            "requests_per_minute": REQUESTS_PER_MINUTE,
        },
    )


def key_of_organisation(request: OrgAdminRequest, key_id: int) -> APIKey:
    """Return the organisation's key, or raise the 404 of any other."""
    return get_object_or_404(organisation_of(request).api_keys, pk=key_id)
