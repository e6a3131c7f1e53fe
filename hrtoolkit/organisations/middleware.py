"""The one door to every page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from hrtoolkit.organisations.access import is_open, may_open
from hrtoolkit.organisations.sign_in import recent_password, second_factor

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends anonymous people to sign in, and from there to the page they were on."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Redirect; people who have just sent a form are told that it was lost."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        # Where the form stood: the address that it is sent to may have no page.
        page = path_of(request.headers.get("Referer", ""))
        sign_in = resolve_url(settings.LOGIN_URL)
        return redirect_to_login(page or resolve_url("home"), f"{sign_in}?unsent=yes")


def to_set_up(request: HttpRequest) -> HttpResponse:
    """Redirect to the second factor; people who have just sent a form are told."""
    if request.method == "POST":
        messages.warning(
            request,
            "What you just sent was not done: your second factor has to be set up"
            " first. Then do it once more, unless it is done already.",
        )
    return redirect("set_up_second_factor")


def path_of(url: str) -> str:
    """Return the path of an address, or nothing if it isn't one."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


class OrganisationMiddleware:
    """Lets people open only what their role allows, and in their own time zone.

    Stands after SignInMiddleware. No page is kept by a browser or a proxy.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = self.get_response(request)
        finally:
            timezone.deactivate()
        recent_password.renew(request, response)
        add_never_cache_headers(response)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Let through whoever may open the page, after what is asked of them.

        Raises PermissionDenied where the role doesn't suffice.
        """
        user = request.user
        if not user.is_authenticated or not getattr(view, "login_required", True):
            return None
        match = request.resolver_match
        assert match is not None, "process_view runs after the address resolved"
        if not may_open(user, match):
            raise PermissionDenied
        if user.organisation:
            timezone.activate(user.organisation.zone)
        if not is_open(match) and second_factor.is_missing(user):
            return to_set_up(request)
        if getattr(view, "needs_recent_password", False):
            return recent_password.ask(request)
        return None
