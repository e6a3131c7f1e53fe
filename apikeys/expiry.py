"""Expiry: a date for people, an instant for the machine."""

from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format

from hrtoolkit.organisations.models import Organisation

MAX_YEARS = 5
PRESETS = {30: "In 30 days", 90: "In 90 days", 365: "In a year"}
"""Days from today, and how people say it."""


def today(organisation: Organisation, now: datetime | None = None) -> date:
    """Return the current date where the organisation is."""
    return timezone.localdate(now, timezone=organisation.zone)


def latest(organisation: Organisation, now: datetime | None = None) -> date:
    """Return the last date on which a new key may expire."""
    day = today(organisation, now)
    try:
        return day.replace(year=day.year + MAX_YEARS)
    except ValueError:  # 29 February
        return day.replace(year=day.year + MAX_YEARS, day=28)


def validate_expires_on(
    day: date, organisation: Organisation, now: datetime | None = None
) -> None:
    """Refuse a date that is past or too far ahead. Raises ValidationError."""
    if day < today(organisation, now):
        raise ValidationError(
            "This date is in the past. Choose today or a later day.", code="past"
        )
    last = latest(organisation, now)
    if day > last:
        raise ValidationError(
            f"Choose a day within {MAX_YEARS} years, up to"
            f" {date_format(last, 'j F Y')}.",
            code="far",
        )


def end_of_day(day: date, organisation: Organisation) -> datetime:
    """Return the first instant after ``day`` where the organisation is, in UTC.

    The local midnight, not 24 hours after the last one: a day on which the
    clock changes has 23 or 25.
    """
    midnight = datetime.combine(day + timedelta(days=1), time.min, organisation.zone)
    return midnight.astimezone(UTC)


def last_day(expires_at: datetime, organisation: Organisation) -> date:
    """Return the date to whose end a key works: the inverse of ``end_of_day``.

    Where the organisation has moved to another time zone since, the date whose
    end is nearest: the one that was chosen.
    """
    return (expires_at - timedelta(hours=12)).astimezone(organisation.zone).date()
