"""How often it is sent, and what that costs."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from apikeys import expiry, tokens
from apikeys.models import APIKey, Reminder, ReminderKind
from apikeys.reminders.notices import notices
from apikeys.reminders.sending import CLAIM_HOLDS, send_reminders
from hrtoolkit.organisations.models import Organisation, User
from tests.apikeys.reminders.clockwork import (
    COMMAND,
    DAY,
    NOW,
    TODAY,
    admin_of,
    key_of,
    sent_and_failed,
    told,
)
from tests.factories import OrganisationFactory, generated_key
from tests.services.smtp import SMTP

pytestmark = pytest.mark.django_db


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
