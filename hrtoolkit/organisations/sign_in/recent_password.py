"""Asks for the password again before something powerful.

A view says that it needs it (``organisations.access.needs_recent_password``),
and the middleware asks. What was typed in the view's form goes along in hidden
fields, through this page and on to the view; files would not.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from hrtoolkit.organisations.models import User
from hrtoolkit.text import KEY_SHAPE

RECENT = timedelta(minutes=15)
PASSWORD_AT = "password_at"  # noqa: S105  # the name of an instant
PASSWORD = "recent_password"  # noqa: S105  # the name of a field
METHOD = "recent_password_method"
OWN_FIELDS = {PASSWORD, METHOD, "csrfmiddlewaretoken"}


class RecentPasswordForm(forms.Form):
    """The password of whoever is signed in."""

    recent_password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password."},
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_recent_password(self) -> str:
        """Refuse a wrong password; the lockout counts it."""
        password: str = self.cleaned_data[PASSWORD]
        if not is_right(self.request, password):
            raise forms.ValidationError("This isn’t your password. Please try again.")
        return password


def is_right(request: HttpRequest, password: str) -> bool:
    """Whether it is the password of whoever is signed in. A failure is counted."""
    assert isinstance(request.user, User), "only the signed-in have a password"
    user = authenticate(request, username=request.user.email, password=password)
    return user == request.user


def remember(sender: Any = None, *, request: HttpRequest, **kwargs: Any) -> None:
    """Note that the password was entered just now."""
    request.session[PASSWORD_AT] = timezone.now().timestamp()


def is_recent(request: HttpRequest) -> bool:
    """Whether the password was entered within the last minutes."""
    age = timezone.now().timestamp() - request.session.get(PASSWORD_AT, 0)
    return bool(age < RECENT.total_seconds())


@sensitive_post_parameters()
def ask(request: HttpRequest) -> HttpResponse | None:
    """Return the page that asks for the password, or None where the view may go on.

    Once the password is right, the view gets the POST that it would have got
    without the question.
    """
    if PASSWORD not in request.POST:
        form = RecentPasswordForm(request=request)
        return None if is_recent(request) else page(request, form, request.method)
    form = RecentPasswordForm(request.POST, request=request)
    method = request.POST.get(METHOD)
    if not form.is_valid():
        return page(request, form, method)
    remember(request=request)
    request.entered_password = True  # type: ignore[attr-defined]  # for `renew`
    if method != "POST":
        return redirect(request.get_full_path())
    request.POST = others(request.POST)  # type: ignore[assignment]  # Django's own setter
    return None


def renew(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the session a new name, once its password was entered.

    A copy of the old cookie then gains nothing. With an answer of 500 or more no
    browser would learn the new name, and its owner would be signed out.
    """
    is_sent = response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    if is_sent and getattr(request, "entered_password", False):
        request.session.cycle_key()


def page(
    request: HttpRequest, form: RecentPasswordForm, method: str | None
) -> HttpResponse:
    """Render the page, with what was typed on the one before it."""
    kept = [
        # A key that was pasted into the wrong field doesn't come back.
        (name, "" if KEY_SHAPE.search(value) else value)
        for name, values in others(request.POST).lists()
        for value in values
        if not KEY_SHAPE.search(name)
    ]
    context = {
        "form": form,
        "kept": kept,
        "method": method,
        "minutes": RECENT // timedelta(minutes=1),
        "cancel": way_out(request.path),
    }
    return render(request, "login/recent_password.html", context)


def way_out(path: str) -> str:
    """Return where to go from a page instead, without being asked again."""
    account = resolve_url("account")
    return account if path.startswith(account) else ".."


def others(data: QueryDict) -> QueryDict:
    """Return the fields of a form without those of this page."""
    data = data.copy()
    for name in OWN_FIELDS:
        data.pop(name, None)
    return data
