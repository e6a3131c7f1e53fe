"""People at their browsers, as the tests play them."""

import time
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in import second_factor
from tests.factories import PASSWORD

SECRET = "3132333435363738393031323334353637383930"
STEP = 30

LetPass = Callable[[timedelta], None]


def browser_of(user: User) -> Client:
    """Return the browser of somebody who has signed in just now."""
    client = Client()
    client.force_login(user, backend="hrtoolkit.organisations.backends.UserBackend")
    return client


def sign_in(
    client: Client, user: User | str, password: str = PASSWORD, **form: str
) -> Any:
    """Send the sign-in form, and return the answer."""
    email = user.email if isinstance(user, User) else user
    return client.post("/login/", {"username": email, "password": password} | form)


def text(response: Any) -> str:
    """Return a page as people read it."""
    return unescape(response.content.decode())


def code_of(secret: str, steps: int = 0) -> str:
    """Return the code that an app shows, now or some steps of 30 seconds later."""
    totp = TOTP(bytes.fromhex(secret))
    totp.time = time.time() + steps * STEP
    return f"{totp.token():06}"


def give_second_factor(user: User) -> list[str]:
    """Set up a second factor with SECRET, and return the recovery codes.

    The code of this moment is not used up.
    """
    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    codes = second_factor.set_up(request, user, SECRET, code_of(SECRET))
    TOTPDevice.objects.update(last_t=-1)
    return codes


def fields_of(response: Any) -> dict[str, Any]:
    """Return what a browser would send of a page of the admin that nobody touched."""
    form = response.context["adminform"].form
    values = {bound.name: bound.value() for bound in form if not bound.field.disabled}
    # An empty checkbox isn't sent, and a zero is.
    sent = {name: v for name, v in values.items() if v is not None and v is not False}
    return sent | {"seen": response.context["seen"]}
