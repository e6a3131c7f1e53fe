"""Reminders by email: who is told what, when, and how often."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from apikeys import expiry, services, tokens
from apikeys.actors import Actor
from apikeys.models import APIKey, Reminder, ReminderKind
from apikeys.reminders.notices import notices
from apikeys.reminders.sending import CLAIM_HOLDS, send_reminders
from hrtoolkit.organisations.models import Organisation, User
from tests.factories import OrganisationFactory, UserFactory, generated_key
from tests.services.smtp import SMTP

pytestmark = pytest.mark.django_db

SYDNEY = ZoneInfo("Australia/Sydney")
TODAY = date(2026, 8, 12)
NOW = datetime.combine(TODAY, time(9), SYDNEY)
DAY = timedelta(days=1)
COMMAND = "send_key_reminders"


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(name="Harbour Logistics")


@pytest.fixture
def admin(organisation: Organisation) -> User:
    return admin_of(organisation, "mei@harbour.example", first_name="Mei")


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


# What is told on which day.


def test_a_key_is_told_of_four_times_around_its_expiry(
    organisation: Organisation, admin: User
) -> None:
    key_of(organisation, age=300, expires_in=0)
    days = [NOW + days * DAY for days in range(-40, 20)]
    assert [(day.date() - TODAY, s) for day in days for s in subjects(day)] == [
        (-30 * DAY, "API key “Payroll” expires in 30 days"),
        (-7 * DAY, "API key “Payroll” expires in 7 days"),
        (-1 * DAY, "API key “Payroll” expires tomorrow"),
        (1 * DAY, "API key “Payroll” has expired"),
    ]


@pytest.mark.parametrize(
    ("zone", "expires_on"),
    [
        ("Australia/Sydney", date(2026, 8, 12)),
        ("Australia/Perth", date(2026, 8, 12)),
        ("Pacific/Kiritimati", date(2026, 8, 12)),
        ("America/Anchorage", date(2026, 8, 12)),
        # The clock goes forward between the first reminder and the last.
        ("Australia/Sydney", date(2026, 10, 10)),
        # The clock goes back.
        ("Australia/Sydney", date(2027, 4, 8)),
    ],
)
@pytest.mark.parametrize(
    ("days", "words"),
    [
        (30, "expires in 30 days"),
        (7, "expires in 7 days"),
        (1, "expires tomorrow"),
        (-1, "has expired"),
    ],
)
def test_the_day_begins_at_midnight_where_the_organisation_is(
    zone: str, expires_on: date, days: int, words: str
) -> None:
    organisation = OrganisationFactory(time_zone=zone)
    admin_of(organisation, "mei@harbour.example")
    generated_key(
        organisation=organisation,
        at=at(expires_on - 200 * DAY, zone, time(9)),
        expires_on=expires_on,
    )
    midnight = at(expires_on - days * DAY, zone)
    assert f"API key “Payroll” {words}" not in subjects(
        midnight - timedelta(microseconds=1)
    )
    assert subjects(midnight) == [f"API key “Payroll” {words}"]


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (5, "in 5 days"), (12, "in 12 days")],
)
def test_a_late_run_tells_the_most_urgent_alone_and_the_days_as_they_are(
    organisation: Organisation, admin: User, days: int, words: str
) -> None:
    key_of(organisation, expires_in=days)
    assert subjects() == [f"API key “Payroll” expires {words}"]
    assert subjects(NOW + timedelta(hours=1)) == []


@pytest.mark.parametrize(
    ("lifetime", "expected"),
    [
        (30, ["expires in 7 days", "expires tomorrow", "has expired"]),
        (7, ["expires tomorrow", "has expired"]),
        (1, ["has expired"]),
        (0, ["has expired"]),
    ],
)
def test_nobody_is_reminded_of_an_expiry_that_was_just_chosen(
    organisation: Organisation, admin: User, lifetime: int, expected: list[str]
) -> None:
    generated_key(
        organisation=organisation,
        at=NOW,
        expires_on=TODAY + lifetime * DAY,
        actor=actor(admin),
    )
    days = [NOW + days * DAY for days in range(lifetime + 10)]
    assert [s for day in days for s in subjects(day)] == [
        f"API key “Payroll” {words}" for words in expected
    ]


@pytest.mark.parametrize(
    ("kind", "age", "expires_in", "revoked"),
    [
        ("generated by someone else", 8, None, None),
        ("expired", 100, -9, None),
        ("revoked by someone else", 100, None, 8),
        ("a year old", 365 + 8, None, None),
        ("three years old", 3 * 365, None, None),
    ],
)
def test_the_first_run_tells_no_old_news(
    organisation: Organisation,
    admin: User,
    kind: str,
    age: int,
    expires_in: int | None,
    revoked: int | None,
) -> None:
    key = key_of(organisation, age=age, expires_in=expires_in)
    if revoked:
        services.revoke(key, actor=Actor("Dan"), at=NOW - revoked * DAY)
    assert not told(), kind


def test_a_key_is_told_to_be_a_year_old_on_the_day(
    organisation: Organisation, admin: User
) -> None:
    zone = organisation.time_zone
    generated_key(
        organisation=organisation, at=at(TODAY - 365 * DAY, zone, time(23, 59))
    )
    assert not told(at(TODAY, zone) - timedelta(microseconds=1))
    assert subjects(at(TODAY, zone)) == ["API key “Payroll” is a year old"]
    assert not told(NOW + DAY)


def test_who_has_rotated_a_key_isnt_asked_to(
    organisation: Organisation, admin: User
) -> None:
    key = key_of(organisation, age=365)
    successor = successor_of(key)
    assert not told()
    services.revoke(successor, actor=actor(admin), at=NOW)
    assert subjects() == ["API key “Payroll” is a year old"]


@pytest.mark.parametrize("expires_in", [0, 20, 30])
def test_who_is_reminded_of_an_expiry_isnt_asked_to_rotate_as_well(
    organisation: Organisation, admin: User, expires_in: int
) -> None:
    key_of(organisation, age=365, expires_in=expires_in)
    [subject] = subjects()
    assert "expires" in subject
    assert "more" not in subject


def test_an_expired_key_isnt_asked_to_be_rotated(
    organisation: Organisation, admin: User
) -> None:
    key_of(organisation, age=365, expires_in=-20)
    assert not told()


@pytest.mark.parametrize(
    ("age", "expires_in"), [(100, 30), (100, 1), (100, -1), (365, None)]
)
def test_nothing_but_its_revocation_is_told_of_a_revoked_key(
    organisation: Organisation, admin: User, age: int, expires_in: int | None
) -> None:
    key = key_of(organisation, age=age, expires_in=expires_in)
    services.revoke(key, actor=Actor("Dan Okafor"), at=NOW - 3 * DAY)
    assert subjects() == ["API key “Payroll” was revoked by Dan Okafor"]


def test_a_key_that_was_generated_and_revoked_at_once_is_told_with_both(
    organisation: Organisation, admin: User
) -> None:
    key = key_of(organisation, age=2)
    services.revoke(key, actor=Actor("Dan Okafor"), at=NOW - DAY)
    text = body()
    assert "“Payroll” was generated by Operator of the tests" in text
    assert "It has been revoked since." in text
    assert "“Payroll” was revoked by Dan Okafor" in text


# Who is told.


def test_who_generated_a_key_isnt_told(organisation: Organisation, admin: User) -> None:
    admin_of(organisation, "dan@harbour.example")
    key_of(organisation, age=1, actor=actor(admin))
    subject = f"API key “Payroll” was generated by {admin}"
    assert told() == [("dan@harbour.example", subject)]


def test_who_revoked_a_key_isnt_told(organisation: Organisation, admin: User) -> None:
    admin_of(organisation, "dan@harbour.example")
    services.revoke(key_of(organisation), actor=actor(admin), at=NOW - DAY)
    subject = f"API key “Payroll” was revoked by {admin}"
    assert told() == [("dan@harbour.example", subject)]


def test_who_generated_a_key_is_told_what_others_do_to_it(
    organisation: Organisation, admin: User
) -> None:
    key = key_of(organisation, age=3, actor=actor(admin))
    staff = UserFactory(staff=True, first_name="Support", last_name="Person")
    services.revoke(key, actor=actor(staff), at=NOW - DAY)
    assert told() == [
        (admin.email, "API key “Payroll” was revoked by Support Person"),
    ]


def test_everyone_is_told_what_was_done_at_the_servers_shell(
    organisation: Organisation, admin: User
) -> None:
    key_of(organisation, age=1, actor=Actor("Command line (ops)"))
    subject = "API key “Payroll” was generated by Command line (ops)"
    assert told() == [(admin.email, subject)]


def test_only_active_org_admins_of_the_organisation_are_told(
    organisation: Organisation, admin: User
) -> None:
    UserFactory(manager=True, organisation=organisation)
    UserFactory(employee=True, organisation=organisation)
    UserFactory(staff=True)
    UserFactory(org_admin=True)
    admin_of(organisation, "gone@harbour.example", is_active=False)
    key_of(organisation, expires_in=1)
    assert told() == [(admin.email, "API key “Payroll” expires tomorrow")]


def test_a_suspended_organisation_is_told_nothing(
    organisation: Organisation, admin: User
) -> None:
    key_of(organisation, expires_in=1)
    organisation.suspended_at = NOW
    organisation.save()
    assert not told()
    organisation.suspended_at = None
    organisation.save()
    assert told()


def test_each_organisation_is_told_of_its_own_keys(
    organisation: Organisation, admin: User
) -> None:
    other = OrganisationFactory(name="Summit Care")
    admin_of(other, "lee@summit.example")
    key_of(organisation, expires_in=1, name="Ours")
    key_of(other, expires_in=7, name="Theirs")
    assert sorted(told()) == [
        ("lee@summit.example", "API key “Theirs” expires in 7 days"),
        ("mei@harbour.example", "API key “Ours” expires tomorrow"),
    ]
    assert not [
        email
        for email in mail.outbox
        if "Ours" in email.body and "Theirs" in email.body
    ]


# What stands in the email.


def test_one_email_gathers_everything_the_most_urgent_first(
    organisation: Organisation, admin: User
) -> None:
    key_of(organisation, expires_in=30, name="In a month")
    key_of(organisation, age=365, name="Old")
    key_of(organisation, age=1, name="New")
    services.revoke(key_of(organisation, name="Revoked"), actor=Actor("Dan"), at=NOW)
    key_of(organisation, expires_in=6, name="In six days")
    key_of(organisation, expires_in=7, name="In a week")
    key_of(organisation, expires_in=-2, name="Expired")
    key_of(organisation, expires_in=1, name="Tomorrow")
    text = body()
    assert mail.outbox[0].subject == "API key “Expired” has expired, and 7 more"
    headlines = [line for line in text.splitlines() if line.startswith("“")]
    assert headlines == [
        "“Expired” has expired",
        "“Tomorrow” expires tomorrow",
        "“New” was generated by Operator of the tests",
        "“Revoked” was revoked by Dan",
        "“In six days” expires in 6 days",
        "“In a week” expires in 7 days",
        "“In a month” expires in 30 days",
        "“Old” is a year old",
    ]


def test_the_email_says_what_happens_when_and_what_to_do(
    organisation: Organisation, admin: User, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://hr.example"
    expiring = key_of(organisation, expires_in=7, name="Site access cards")
    new = key_of(
        organisation,
        age=1,
        actor=Actor("Dan Okafor"),
        scopes=["read:employees", "read:leave"],
    )
    expected = f"""\
Hello Mei,

There is news about the API keys of Harbour Logistics.

“Payroll” was generated by Dan Okafor
Fingerprint: {new.fingerprint}
Generated: 11 August 2026, 9:00 a.m. (Australia/Sydney)
Scopes: read:employees, read:leave
Not expected? Ask who generated it. If in doubt, revoke it: it stops at once.
https://hr.example/settings/api-keys/{new.pk}/

“Site access cards” expires in 7 days
Fingerprint: {expiring.fingerprint}
It works to the end of 19 August 2026 (Australia/Sydney).
After that, every request with it is refused.
Still needed? Rotate it before then, and give the system the new key.
https://hr.example/settings/api-keys/{expiring.pk}/

You get this email as an org admin of Harbour Logistics.
We never send a key by email, nor ask for one. Questions? support@yourhrtoolkit.com.au
"""
    assert body() == expected


def test_without_a_public_address_it_names_the_place(
    organisation: Organisation, admin: User
) -> None:
    key = key_of(organisation, expires_in=-1)
    expected = f"""\
Hello Mei,

There is news about the API keys of Harbour Logistics.

“Payroll” has expired
Fingerprint: {key.fingerprint}
It worked to the end of 11 August 2026 (Australia/Sydney).
Every request with it is refused now.
Still needed? Generate a new key for the system that used it.

You find the keys in Your HR Toolkit, under Settings → API Keys.
You get this email as an org admin of Harbour Logistics.
We never send a key by email, nor ask for one. Questions? support@yourhrtoolkit.com.au
"""
    assert body() == expected


@pytest.mark.parametrize(
    ("expires_in", "revoked", "sentence"),
    [
        (7, False, "Its successor works already"),
        (-1, False, "Its successor works:"),
        (None, True, "Its successor works:"),
    ],
)
def test_a_key_with_a_successor_needs_no_new_one(
    organisation: Organisation,
    admin: User,
    expires_in: int | None,
    sentence: str,
    *,
    revoked: bool,
) -> None:
    key = key_of(organisation, expires_in=expires_in)
    successor_of(key)
    if revoked:
        services.revoke(key, actor=Actor("Dan"), at=NOW)
    text = body()
    assert sentence in text
    assert "Still needed?" not in text


def test_a_successor_says_that_it_takes_anothers_place(
    organisation: Organisation, admin: User
) -> None:
    successor_of(key_of(organisation))
    assert "It takes the place of an older key." in body(NOW - 15 * DAY)


def test_instants_are_told_in_the_organisations_time(admin: User) -> None:
    perth = OrganisationFactory(time_zone="Australia/Perth")
    admin_of(perth, "lee@perth.example")
    key = key_of(perth)
    services.revoke(key, actor=Actor("Dan"), at=NOW)
    assert "Revoked: 12 August 2026, 7:00 a.m. (Australia/Perth)" in body()
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_name_stands_as_it_was_given(organisation: Organisation, admin: User) -> None:
    name = "R&D <test> {{ 1 }} “Zoë’s” パワー"
    key_of(organisation, expires_in=1, name=name)
    text = body()
    assert f"“{name}” expires tomorrow" in text
    assert mail.outbox[0].subject == f"API key “{name}” expires tomorrow"


def test_no_name_can_add_a_header(organisation: Organisation, admin: User) -> None:
    key_of(organisation, age=1, actor=Actor("Dan\r\nBcc: thief@elsewhere.example"))
    text = body()
    email = mail.outbox[0].message()
    assert email["Bcc"] is None
    assert "\nBcc" not in text
    assert mail.outbox[0].recipients() == [admin.email]
    assert mail.outbox[0].subject.endswith("by Dan Bcc: thief@elsewhere.example")


def test_the_email_is_ours_to_one_person_and_answers_nothing(
    organisation: Organisation, admin: User, settings: Settings
) -> None:
    settings.DEFAULT_FROM_EMAIL = "hr@harbour.example"
    key_of(organisation, expires_in=1)
    told()
    email = mail.outbox[0].message()
    assert email["From"] == "hr@harbour.example"
    assert email["To"] == admin.email
    assert email["Auto-Submitted"] == "auto-generated"
    assert email.get_content_type() == "text/plain"


def test_no_part_of_a_key_is_ever_mailed(
    organisation: Organisation, admin: User
) -> None:
    generated = [
        generated_key(
            organisation=organisation,
            at=NOW - age * DAY,
            expires_on=expires_on,
        )
        for age, expires_on in (
            (100, TODAY - DAY),
            (100, TODAY + DAY),
            (1, None),
            (100, None),
            (100, TODAY + 7 * DAY),
            (100, TODAY + 30 * DAY),
            (365, None),
        )
    ]
    services.revoke(generated[3].api_key, actor=Actor("Dan"), at=NOW)
    told()
    assert {r.kind for r in Reminder.objects.all()} == set(ReminderKind)
    text = mail.outbox[0].message().as_string() + str(mail.outbox[0].body)
    for value in (g.token.reveal() for g in generated):
        for start in range(len(value) - 7):
            assert value[start : start + 8] not in text


# How often.


def test_twice_is_once(organisation: Organisation, admin: User) -> None:
    key_of(organisation, expires_in=1)
    assert len(told()) == 1
    assert not told()
    assert not told(NOW + timedelta(hours=1))


def test_who_becomes_an_org_admin_is_told_what_is_still_to_be_told(
    organisation: Organisation, admin: User
) -> None:
    key_of(organisation, expires_in=5)
    told()
    admin_of(organisation, "new@harbour.example")
    subject = "API key “Payroll” expires in 5 days"
    assert told() == [("new@harbour.example", subject)]


def test_a_user_who_was_told_can_be_deleted(
    organisation: Organisation, admin: User
) -> None:
    key_of(organisation, expires_in=5)
    told()
    admin.delete()
    assert not Reminder.objects.exists()


class RefusingBackend(locmem.EmailBackend):
    """Refuses one person's email, and says their address in its error."""

    def send_messages(self, messages: Sequence[Any]) -> int:
        if messages[0].to == ["mei@harbour.example"]:
            raise OSError("550 mei@harbour.example: no such mailbox")
        return super().send_messages(messages)


def test_an_email_that_fails_stops_no_other_and_is_tried_again(
    organisation: Organisation,
    admin: User,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    admin_of(organisation, "dan@harbour.example")
    admin_of(organisation, "zoe@harbour.example")
    key_of(organisation, expires_in=1)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    for others in (["dan@harbour.example", "zoe@harbour.example"], []):
        mail.outbox.clear()
        with pytest.raises(CommandError, match="Not sent: 1") as failure:
            call_command(COMMAND)
        assert failure.value.returncode == 1
        assert [email.to for email in mail.outbox] == [[other] for other in others]
    assert f"user {admin.pk} of {organisation.slug} were not sent: OSError" in (
        caplog.text
    )
    assert "harbour.example" not in caplog.text
    assert "Payroll" not in caplog.text

    settings.EMAIL_BACKEND = working
    assert [address for address, _ in told()] == [admin.email]
    assert not told()


def test_the_command_says_how_many_it_sent(
    organisation: Organisation, admin: User, capsys: pytest.CaptureFixture[str]
) -> None:
    generated_key(organisation=organisation)
    call_command(COMMAND)
    assert capsys.readouterr().out == "Emails sent: 1.\n"
    call_command(COMMAND, verbosity=0)
    assert capsys.readouterr().out == ""


def test_a_claim_of_a_run_that_died_is_void_after_a_while(
    organisation: Organisation, admin: User
) -> None:
    key = key_of(organisation, expires_in=1)
    claim = Reminder.objects.create(
        recipient=admin,
        api_key=key,
        kind=ReminderKind.EXPIRES_IN_1_DAY,
        run=uuid4(),
        claimed_at=timezone.now() - CLAIM_HOLDS + timedelta(minutes=1),
    )
    assert str(claim) == f"expires_in_1_day of {key.pk} to {admin.pk}"
    assert not told()
    claim.claimed_at -= timedelta(minutes=1)
    claim.save()
    assert told()
    assert not told()


def test_what_was_sent_long_ago_stays_sent(
    organisation: Organisation, admin: User
) -> None:
    key_of(organisation, expires_in=1)
    assert told()
    Reminder.objects.update(claimed_at=timezone.now() - DAY)
    assert not told()


@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_time_tell_each_thing_once(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [admin_of(organisation, f"admin-{n}@harbour.example") for n in range(3)]
    for number in range(40):
        key_of(organisation, expires_in=number % 31, name=f"Key {number}")
    runs = 4
    ready = threading.Barrier(runs)
    errors: list[Exception] = []

    def read_and_wait(*args: Any) -> Any:
        found = notices(*args)
        ready.wait(10)
        return found

    def run() -> None:
        try:
            send_reminders(NOW)
        except Exception as error:  # the main thread shows it
            errors.append(error)
        finally:
            connection.close()

    # Every run has read the news before any of them claims it.
    monkeypatch.setattr("apikeys.reminders.sending.notices", read_and_wait)
    threads = [threading.Thread(target=run) for _ in range(runs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert Reminder.objects.filter(sent_at__isnull=False).count() == 40 * len(people)
    lines = [line for email in mail.outbox for line in email.body.splitlines()]
    headlines = [line for line in lines if line.startswith("“Key")]
    assert len(headlines) == 40 * len(people)
    assert len(set(headlines)) == 40


@pytest.fixture
def smtp(settings: Settings) -> Iterator[SMTP]:
    """A mail server, to which the settings point."""
    with SMTP() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def test_a_mail_server_gets_it_or_refuses_it(
    organisation: Organisation, admin: User, smtp: SMTP
) -> None:
    admin_of(organisation, "dan@harbour.example")
    key = key_of(organisation, expires_in=1, name="Zoë’s パワー BI")
    smtp.refused = {admin.email}
    assert sent_and_failed() == (1, 1)
    [(address, email)] = smtp.received
    assert address == "dan@harbour.example"
    assert isinstance(email, EmailMessage)
    assert email["Subject"].strip() == "API key “Zoë’s パワー BI” expires tomorrow"
    assert email["Auto-Submitted"] == "auto-generated"
    assert f"Fingerprint: {key.fingerprint}" in email.get_content()
    smtp.refused = set()
    assert sent_and_failed() == (1, 0)
    assert smtp.recipients() == ["dan@harbour.example", "mei@harbour.example"]


def test_a_mail_server_that_says_nothing_is_waited_for_only_so_long(
    organisation: Organisation, admin: User, smtp: SMTP, settings: Settings
) -> None:
    assert settings.EMAIL_TIMEOUT == 10
    settings.EMAIL_TIMEOUT = 0.2
    key_of(organisation, expires_in=1)
    smtp.open.clear()
    assert sent_and_failed() == (0, 1)
    assert not Reminder.objects.exists()


# What it costs.


@pytest.mark.parametrize("keys", [10, 1000])
def test_the_number_of_queries_doesnt_grow_with_the_keys(
    organisation: Organisation,
    admin: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    keys: int,
) -> None:
    quiet = OrganisationFactory()
    for ours, age in ((organisation, 1), (quiet, 100)):
        APIKey.objects.bulk_create(
            APIKey(
                organisation=ours,
                name=f"Key {number}",
                scopes=["read:leave"],
                digest=tokens.digest(f"{ours.pk} {number}"),
                created_at=NOW - age * DAY,
                created_by_name="Operator",
                expires_at=expiry.end_of_day(TODAY + 200 * DAY, ours),
            )
            for number in range(keys)
        )
    # SQLite takes a claim of many rows in parts.
    parts = connection.ops.bulk_batch_size(["field"] * 6, [None] * keys)
    inserts = -(-keys // parts)
    with django_assert_num_queries(7 + inserts):
        assert len(told()) == 1
    assert Reminder.objects.count() == keys
    with django_assert_num_queries(6 + inserts):
        assert not told()
