"""Sign-in, the front page, and the pages for what went wrong."""

from urllib.parse import urlsplit

from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url

from hrtoolkit.organisations.access import open_to_everyone_signed_in
from hrtoolkit.organisations.models import Role, User


class LoginView(auth_views.LoginView):
    """Sign in by email address and password."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """Return the page that was asked for, unless it is this one."""
        url = super().get_success_url()
        here = urlsplit(url).path == self.request.path
        return resolve_url("home") if here else url


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
