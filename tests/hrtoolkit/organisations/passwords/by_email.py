"""A new password by email: asking for it, the mail, its link."""

import re
from typing import Any

from django.core import mail
from django.test import Client

from hrtoolkit.organisations.sign_in.forms import post_office

NEW = "a very different long one"
FORGOTTEN = "/login/forgotten/"


def ask(email: str, browser: Client | None = None) -> Any:
    return (browser or Client()).post(FORGOTTEN, {"email": email}, follow=True)


def mailed() -> list[Any]:
    """Return the mails, once all that were under way are sent."""
    post_office.submit(int).result()
    return list(mail.outbox)


def link() -> str:
    """Return the address in the only mail."""
    [message] = mailed()
    match = re.search(r"http://testserver(\S+)", message.body)
    assert match
    return match[1]


def set_password(browser: Client, address: str, password: str = NEW) -> Any:
    """Open the link and send the form, as a browser does."""
    response = browser.get(address)
    if response.status_code != 302:
        return response
    form = {"new_password1": password, "new_password2": password}
    return browser.post(response.headers["Location"], form, follow=True)
