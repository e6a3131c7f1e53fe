"""Changing a password, and setting a new one by email."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse_lazy

from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in import lockout, recent_password
from hrtoolkit.organisations.sign_in.forms import (
    ChangePasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
)
from hrtoolkit.organisations.signals import change_begins, password_changed
from hrtoolkit.public_url import public_url

LINK_MINUTES = settings.PASSWORD_RESET_TIMEOUT // 60
"""For how long a link in an email sets a new password."""


class ChangePasswordView(auth_views.PasswordChangeView):
    """Change one's password, which ends one's other sessions."""

    form_class = ChangePasswordForm
    template_name = "account/password.html"
    success_url = reverse_lazy("account")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    @transaction.atomic
    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        change_begins.send(User, organisations={form.user.organisation})
        response = super().form_valid(form)
        recent_password.remember(request=self.request)
        password_changed.send(User, user=form.user, request=self.request, how="changed")
        messages.success(self.request, "Your password is changed.")
        return response


class ForgottenPasswordView(auth_views.PasswordResetView):
    """Ask for a link by email; the answer is the same for every address."""

    form_class = ForgottenPasswordForm
    template_name = "login/forgotten.html"
    subject_template_name = "email/new_password_subject.txt"
    email_template_name = "email/new_password.txt"
    success_url = reverse_lazy("forgotten_password_sent")

    @property
    def extra_email_context(self) -> dict[str, Any]:  # type: ignore[override]  # it is None there
        """Where the link leads: to where people reach the product."""
        return {
            "base": public_url(self.request),
            "minutes": LINK_MINUTES,
            "support_email": settings.SUPPORT_EMAIL,
        }


class NewPasswordView(auth_views.PasswordResetConfirmView):
    """Set a new password by the link, which works once and ends all sessions."""

    form_class = NewPasswordForm
    template_name = "login/new_password.html"
    extra_context = {"minutes": LINK_MINUTES}
    success_url = reverse_lazy("login")

    @transaction.atomic
    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        # Whoever reads the account's mail isn't guessing its password. A failure to
        # sign in is counted before it is recorded, so this comes before the chain.
        lockout.forget(form.user)
        change_begins.send(User, organisations={form.user.organisation})
        response = super().form_valid(form)
        password_changed.send(
            User, user=form.user, request=self.request, how="reset by email"
        )
        messages.success(
            self.request, "Your password is changed. Sign in with the new one."
        )
        return response
