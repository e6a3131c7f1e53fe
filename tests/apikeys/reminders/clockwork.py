"""A day at nine in Sydney, keys that have an age there, and what is then sent."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core import mail

from apikeys import tokens
from apikeys.actors import Actor
from apikeys.models import APIKey
from apikeys.reminders.sending import send_reminders
from hrtoolkit.organisations.models import Organisation, User
from tests.factories import UserFactory, generated_key

SYDNEY = ZoneInfo("Australia/Sydney")
TODAY = date(2026, 8, 12)
NOW = datetime.combine(TODAY, time(9), SYDNEY)
DAY = timedelta(days=1)
COMMAND = "send_key_reminders"


def admin_of(organisation: Organisation, email: str, **kwargs: Any) -> User:
    return UserFactory(org_admin=True, organisation=organisation, email=email, **kwargs)


def actor(user: User) -> Actor:
    return Actor(name=str(user), email=user.email, user=user)


def key_of(
    organisation: Organisation,
    *,
    age: int = 100,
    expires_in: int | None = None,
    **kwargs: Any,
) -> APIKey:
    """Generate a key so many days ago that expires in so many."""
    return generated_key(
        organisation=organisation,
        at=NOW - age * DAY,
        expires_on=None if expires_in is None else TODAY + expires_in * DAY,
        **kwargs,
    ).api_key


def successor_of(key: APIKey) -> APIKey:
    return APIKey.objects.create(
        organisation=key.organisation,
        name=key.name,
        scopes=key.scopes,
        digest=tokens.new_token().digest,
        created_at=NOW - 20 * DAY,
        created_by_name="Operator of the tests",
        rotated_from=key,
    )


def told(now: datetime = NOW) -> list[tuple[str, str]]:
    """Run, and return to whom which subject was sent."""
    mail.outbox.clear()
    send_reminders(now)
    return [(email.to[0], str(email.subject)) for email in mail.outbox]


def sent_and_failed() -> tuple[int, int]:
    run = send_reminders(NOW)
    return run.sent, run.failed


def subjects(now: datetime = NOW) -> list[str]:
    return [subject for _, subject in told(now)]


def body(now: datetime = NOW) -> str:
    """Run, and return the text of the one email that was sent."""
    assert len(told(now)) == 1
    return str(mail.outbox[0].body)


def at(day: date, zone: str, clock: time = time.min) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone))
