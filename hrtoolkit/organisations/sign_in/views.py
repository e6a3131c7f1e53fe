"""Signing in."""

from urllib.parse import urlsplit

from django.contrib.auth import views as auth_views
from django.shortcuts import resolve_url


class LoginView(auth_views.LoginView):
    """Sign in by email address and password."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """Return the page that was asked for, unless it is this one."""
        url = super().get_success_url()
        here = urlsplit(url).path == self.request.path
        return resolve_url("home") if here else url
