"""The front page, Settings, and the page for what isn't open."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hrtoolkit.organisations.access import (
    OrgAdminRequest,
    needs_recent_password,
    open_to_everyone_signed_in,
    organisation_of,
)
from hrtoolkit.organisations.forms import SecurityForm
from hrtoolkit.organisations.models import Organisation, Role, User
from hrtoolkit.organisations.sign_in import second_factor
from hrtoolkit.organisations.signals import change_begins, security_changed


@open_to_everyone_signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Welcome people by name; staff have their own front page."""
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "home.html")


def settings_index(request: HttpRequest) -> HttpResponse:
    """List the organisation's settings."""
    return render(request, "settings/index.html")


@needs_recent_password
@require_http_methods(["GET", "HEAD", "POST"])
def security(request: OrgAdminRequest) -> HttpResponse:
    """Decide whether the organisation's org admins need a second factor."""
    organisation = organisation_of(request)
    data = request.POST if request.method == "POST" else None
    form = SecurityForm(data, instance=organisation)
    if form.is_valid():
        if form.has_changed():
            with transaction.atomic():
                change_begins.send(Organisation, organisations={organisation})
                # Nothing else: staff may be suspending the organisation meanwhile.
                organisation.save(update_fields=form.changed_data)
                security_changed.send(
                    Organisation, organisation=organisation, request=request
                )
        messages.success(request, "The security settings are saved.")
        return redirect("security")
    context = {"form": form, "second_factor": second_factor.is_on(request.user)}
    return render(request, "settings/security.html", context)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with a page that says who can help."""
    org_admins = User.objects.none()
    user = getattr(request, "user", None)
    match = request.resolver_match
    is_staffs = match is not None and match.app_name == "admin"
    if user and user.is_authenticated and user.organisation_id and not is_staffs:
        org_admins = User.objects.filter(
            organisation_id=user.organisation_id, role=Role.ORG_ADMIN, is_active=True
        )
    return render(request, "403.html", {"org_admins": org_admins}, status=403)
