"""Expiry: a date for people, an instant for the machine."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from apikeys import expiry
from hrtoolkit.organisations.models import Organisation


def organisation(time_zone: str = "Australia/Sydney") -> Organisation:
    return Organisation(name="Any", slug="any", time_zone=time_zone)


@pytest.mark.parametrize(
    ("day", "time_zone", "instant"),
    [
        (date(2026, 7, 1), "Australia/Sydney", datetime(2026, 7, 1, 14, tzinfo=UTC)),
        (date(2026, 7, 1), "Australia/Perth", datetime(2026, 7, 1, 16, tzinfo=UTC)),
        (
            date(2026, 7, 1),
            "Australia/Darwin",
            datetime(2026, 7, 1, 14, 30, tzinfo=UTC),
        ),
        # The clock goes forward: this day has 23 hours.
        (date(2026, 10, 4), "Australia/Sydney", datetime(2026, 10, 4, 13, tzinfo=UTC)),
        # The clock goes back: this day has 25 hours.
        (date(2027, 4, 4), "Australia/Sydney", datetime(2027, 4, 4, 14, tzinfo=UTC)),
        # The clock jumps over midnight: the next day begins at one.
        (date(2026, 9, 5), "America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ],
)
def test_a_key_works_to_the_end_of_the_local_day(
    day: date, time_zone: str, instant: datetime
) -> None:
    ours = organisation(time_zone)
    assert expiry.end_of_day(day, ours) == instant
    assert expiry.last_day(instant, ours) == day


@pytest.mark.parametrize(
    "moved_to",
    ["Australia/Perth", "Australia/Sydney", "Pacific/Auckland", "Asia/Kolkata"],
)
def test_a_key_keeps_its_day_when_the_organisation_moves(moved_to: str) -> None:
    day = date(2027, 6, 30)
    for made_in in ("Australia/Perth", "Australia/Sydney"):
        expires_at = expiry.end_of_day(day, organisation(made_in))
        assert expiry.last_day(expires_at, organisation(moved_to)) == day


def test_today_is_the_organisations_day() -> None:
    late_in_utc = datetime(2026, 7, 1, 20, tzinfo=UTC)
    assert expiry.today(organisation("Australia/Sydney"), late_in_utc) == date(
        2026, 7, 2
    )
    assert expiry.today(organisation("UTC"), late_in_utc) == date(2026, 7, 1)


def test_five_years_ahead_of_a_leap_day() -> None:
    leap_day = datetime(2028, 2, 29, 3, tzinfo=UTC)
    assert expiry.latest(organisation(), leap_day) == date(2033, 2, 28)


def test_it_takes_today_and_the_last_day() -> None:
    ours = organisation()
    expiry.validate_expires_on(expiry.today(ours), ours)
    expiry.validate_expires_on(expiry.latest(ours), ours)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_it_refuses_the_ends_of_the_calendar(day: date) -> None:
    with pytest.raises(ValidationError):
        expiry.validate_expires_on(day, organisation())


def test_it_refuses_yesterday_and_a_day_too_far() -> None:
    ours = organisation()
    with pytest.raises(ValidationError, match="in the past"):
        expiry.validate_expires_on(expiry.today(ours) - timedelta(days=1), ours)
    with pytest.raises(ValidationError, match="within 5 years"):
        expiry.validate_expires_on(expiry.latest(ours) + timedelta(days=1), ours)
