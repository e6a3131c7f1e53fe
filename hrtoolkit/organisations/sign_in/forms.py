"""The forms with which people get in, and look after how they do."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import forms as auth_forms
from django.core.cache import cache
from django.http import HttpRequest

from hrtoolkit.organisations.backends import UserBackend
from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in import recent_password

SECONDS_BETWEEN_MAILS = 60

post_office = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
"""Sends mail beside the request, whose time would tell that an account exists."""


class SignInForm(auth_forms.AuthenticationForm):
    """The email address and the password."""

    error_messages = auth_forms.AuthenticationForm.error_messages | {
        "invalid_login": "This email address and password don’t go together."
        " Please check both."
    }


class CodeForm(forms.Form):
    """A code of an authenticator app, or a recovery code."""

    code = forms.CharField(
        max_length=50,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": "Enter a code."},
    )


class NewPasswordForm(auth_forms.SetPasswordForm):  # type: ignore[type-arg]  # generic to the type checker alone
    """A new password, twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django's own is a list, which no hint can hold.
        self.fields["new_password1"].help_text = (
            f"At least {settings.PASSWORD_MIN_LENGTH} characters, not only digits."
            " Longer is better than complicated: four or five random words do well."
        )
        self.fields["new_password2"].label = "New password, once more"
        self.fields["new_password2"].help_text = ""

    def validate_password_for_user(self, user: User, *args: str) -> None:
        """Say what is wrong with the password where it is typed first."""
        super().validate_password_for_user(user, "new_password1")

    def clean(self) -> dict[str, Any]:
        """Hash the password, which takes long, before anything is locked."""
        super().clean()
        if not self.errors:
            self.user.set_password(self.cleaned_data["new_password1"])
        return self.cleaned_data

    def set_password_and_save(self, user: User, *args: Any, **kwargs: Any) -> User:
        """Save the password alone: staff may be taking a role away meanwhile."""
        user.save(update_fields=["password"])
        return user


class ChangePasswordForm(NewPasswordForm, auth_forms.PasswordChangeForm):
    """The current password, and a new one."""

    field_order = ("old_password", "new_password1", "new_password2")

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.fields["old_password"].label = "Current password"

    def clean_old_password(self) -> str:
        """Refuse a wrong password; the lockout counts it."""
        password: str = self.cleaned_data["old_password"]
        if not recent_password.is_right(self.request, password):
            raise forms.ValidationError("This isn’t your password. Please try again.")
        return password


class ForgottenPasswordForm(auth_forms.PasswordResetForm):
    """The address to which a link is sent, if it is somebody's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Email address"

    def get_users(self, email: str) -> Iterable[User]:
        """Return whoever may get in with the address, at most once a minute."""
        # One query by the index, whether there is such a person or not.
        users = User.objects.select_related("organisation")
        return [
            user
            for user in users.filter(email=email.lower())
            if UserBackend().user_can_authenticate(user)
            and user.has_usable_password()
            and cache.add(
                f"forgotten-password:{user.pk}", True, timeout=SECONDS_BETWEEN_MAILS
            )
        ]

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send it in a moment."""
        post_office.submit(super().send_mail, *args, **kwargs)
