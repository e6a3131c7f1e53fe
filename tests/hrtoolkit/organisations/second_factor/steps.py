"""The steps of people with a second factor, and the events that they leave."""

from typing import Any

from django.test import Client

from apikeys.models import AuditAction, AuditEvent
from hrtoolkit.organisations.models import User
from tests.people import sign_in

SET_UP = "/account/second-factor/"
CODE = "/login/code/"
SECURITY = "/settings/security/"


def half_in(user: User, **form: str) -> Client:
    """Return the browser of somebody who has entered their password."""
    browser = Client()
    assert sign_in(browser, user, **form).headers["Location"] == CODE
    return browser


def enter(browser: Client, code: str) -> Any:
    return browser.post(CODE, {"code": code})


def details(user: User) -> list[str]:
    events = AuditEvent.objects.filter(
        action=AuditAction.SECOND_FACTOR_CHANGED, organisation=user.organisation
    )
    return [event.details["did"] for event in events.order_by("pk")]
