"""Times as people in Australia write them, where the organisation is."""

from datetime import datetime, timedelta

from django.utils import dateformat, timezone
from django.utils.timesince import timesince


def on(at: datetime) -> str:
    """Return an instant to the minute: 23 November 2026, 9:05 am."""
    return written(at, "j F Y, g:i")


def on_exactly(at: datetime) -> str:
    """Return an instant to the second: 23 Nov 2026, 9:05:07 am."""
    return written(at, "j M Y, g:i:s")


def written(at: datetime, form: str) -> str:
    """Return an instant in one of Django's formats, and the half of the day."""
    local = timezone.localtime(at)
    half = dateformat.format(local, "A").lower()
    return f"{dateformat.format(local, form)} {half}"


def ago(at: datetime, now: datetime | None = None) -> str:
    """Return how long ago that was, in one unit of time."""
    now = now or timezone.now()
    if now - at < timedelta(minutes=1):
        return "just now"
    return f"{timesince(at, now, depth=1)} ago"
