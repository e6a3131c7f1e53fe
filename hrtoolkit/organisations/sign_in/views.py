"""Signing in: the password, then the second factor of those who have one."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from hrtoolkit.organisations.backends import UserBackend
from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in import second_factor
from hrtoolkit.organisations.sign_in.forms import CodeForm, SignInForm
from hrtoolkit.text import redact

HALF_WAY = "half_signed_in"
HALF_WAY_LASTS = timedelta(minutes=5)

SIGN_IN_AGAIN = "Please sign in again."
TOO_LATE = (
    f"You entered your password more than {HALF_WAY_LASTS // timedelta(minutes=1)}"
    " minutes ago: please sign in again."
)


class LoginView(auth_views.LoginView):
    """Sign in by email address and password."""

    form_class = SignInForm
    template_name = "login.html"
    redirect_authenticated_user = True

    def get_success_url(self) -> str:
        """Return the page that was asked for, unless it is this one."""
        url = super().get_success_url()
        here = urlsplit(url).path == self.request.path
        return resolve_url("home") if here else url

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let people in, or on to the second factor."""
        user = form.get_user()
        assert isinstance(user, User), "the form knows no others"
        if not second_factor.is_on(user):
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[HALF_WAY] = {
            "user": user.pk,
            "backend": user.backend,
            "password": user.get_session_auth_hash(),
            "at": timezone.now().timestamp(),
            # A key that somebody put into an address is stored nowhere.
            "next": redact(self.get_success_url()),
        }
        return redirect("login_code")


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """Ask people who gave the right password for a code, and let them in."""
    half_way = request.session.get(HALF_WAY, {})
    user = half_way_in(half_way)
    if user is None:
        return back_to_sign_in(request)
    form = CodeForm(request.POST or None)
    if form.is_valid():
        credentials = {"username": user.email}
        if not AxesProxyHandler.is_allowed(request, credentials):
            request.axes_locked_out = True  # type: ignore[attr-defined]  # its middleware answers
        elif second_factor.accepts(request, user, form.cleaned_data["code"]):
            del request.session[HALF_WAY]
            login(request, user, backend=half_way["backend"])
            return redirect(half_way["next"])
        else:
            user_login_failed.send(__name__, credentials=credentials, request=request)
            form.add_error("code", "This code doesn’t work. Please try the next one.")
    return render(request, "login/code.html", {"form": form})


def half_way_in(half_way: dict[str, Any]) -> User | None:
    """Return who gave the right password just now, and may get in by a code."""
    user = UserBackend().get_user(half_way.get("user"))
    if user is None or is_too_late(half_way) or not second_factor.is_on(user):
        return None
    same = constant_time_compare(half_way["password"], user.get_session_auth_hash())
    return user if same else None


def is_too_late(half_way: dict[str, Any]) -> bool:
    """Whether the password was given too long ago."""
    age = timezone.now().timestamp() - half_way["at"]
    return bool(age > HALF_WAY_LASTS.total_seconds())


def back_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the password again, and go on from there to the page asked for."""
    half_way = request.session.pop(HALF_WAY, None)
    if half_way is None:
        return redirect("login")
    messages.info(request, TOO_LATE if is_too_late(half_way) else SIGN_IN_AGAIN)
    return auth_views.redirect_to_login(half_way["next"])
