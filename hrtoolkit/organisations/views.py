"""The front page, Settings, and the page for what isn't open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hrtoolkit.organisations.access import open_to_everyone_signed_in
from hrtoolkit.organisations.models import Role, User


@open_to_everyone_signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Welcome people by name; staff have their own front page."""
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "home.html")


def settings_index(request: HttpRequest) -> HttpResponse:
    """List the organisation's settings."""
    return render(request, "settings/index.html")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with a page that says who can help."""
    org_admins = User.objects.none()
    user = getattr(request, "user", None)
    if user and user.is_authenticated and user.organisation_id:
        org_admins = User.objects.filter(
            organisation_id=user.organisation_id, role=Role.ORG_ADMIN, is_active=True
        )
    return render(request, "403.html", {"org_admins": org_admins}, status=403)
