"""People at their browsers, as the tests play them."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client

from hrtoolkit.organisations.models import User
from tests.factories import PASSWORD

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
