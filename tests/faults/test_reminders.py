"""Reminders in real processes: several at once, killed, and without a mail server."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from apikeys.models import Reminder
from apikeys.reminders.sending import CLAIM_HOLDS
from hrtoolkit.organisations.models import Organisation
from tests.factories import OrganisationFactory, UserFactory, generated_key
from tests.services import database
from tests.services.server import ROOT
from tests.services.smtp import SMTP

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 60

# On a busy machine it takes longer to start five runs than a run would wait.
PATIENT = f"""
from django.conf import settings
from django.core.management import execute_from_command_line

settings.EMAIL_TIMEOUT = {SECONDS}
execute_from_command_line(["manage.py", "send_key_reminders"])
"""


@pytest.fixture
def smtp() -> Iterator[SMTP]:
    with SMTP() as server:
        yield server


@pytest.fixture
def organisation() -> Organisation:
    """An organisation with three org admins and news about two keys."""
    organisation = OrganisationFactory()
    for name in ("dan", "mei", "zoe"):
        email = f"{name}@harbour.example"
        UserFactory(org_admin=True, organisation=organisation, email=email)
    for _ in range(2):
        generated_key(organisation=organisation)
    return organisation


def start(port: int) -> subprocess.Popen[str]:
    """Start the command on the tests' database."""
    url = database.address()
    return subprocess.Popen(
        [sys.executable, "-c", PATIENT],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{port}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(port: int) -> str:
    """Run the command and return what it prints."""
    with start(port) as process:
        out, err = process.communicate(timeout=SECONDS)
    assert "Traceback" not in err
    return out + err


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_runs_at_the_same_time_share_the_work_and_hold_up_nobody(
    organisation: Organisation, smtp: SMTP
) -> None:
    smtp.open.clear()
    processes = [start(smtp.port) for _ in range(5)]
    wait_for(lambda: len(smtp.held) == 3)
    wait_for(lambda: sum(p.poll() is not None for p in processes) == 2)
    begun = time.monotonic()
    generated_key(organisation=organisation)
    assert time.monotonic() - begun < 3
    smtp.open.set()
    for process in processes:
        with process:
            out, err = process.communicate(timeout=SECONDS)
            assert (process.returncode, err) == (0, "")
            assert out in ("Emails sent: 0.\n", "Emails sent: 1.\n")
    everyone = ["dan@harbour.example", "mei@harbour.example", "zoe@harbour.example"]
    assert smtp.recipients() == everyone
    assert Reminder.objects.filter(sent_at__isnull=False).count() == 2 * 3

    assert run(smtp.port) == "Emails sent: 3.\n"
    assert smtp.recipients() == sorted(2 * everyone)
    assert run(smtp.port) == "Emails sent: 0.\n"


def test_what_a_killed_run_was_sending_is_told_again_after_a_while(
    organisation: Organisation, smtp: SMTP
) -> None:
    organisation.users.exclude(email="dan@harbour.example").delete()
    smtp.open.clear()
    with start(smtp.port) as process:
        wait_for(lambda: bool(smtp.held))
        process.kill()
    smtp.open.set()
    assert run(smtp.port) == "Emails sent: 0.\n"
    Reminder.objects.update(claimed_at=timezone.now() - CLAIM_HOLDS)
    assert run(smtp.port) == "Emails sent: 1.\n"
    # The mail server has taken the first one as well, and nobody was left to
    # write that down: at least once, not at most once.
    wait_for(lambda: smtp.recipients() == 2 * ["dan@harbour.example"])
    Reminder.objects.update(claimed_at=timezone.now() - timedelta(days=1))
    assert run(smtp.port) == "Emails sent: 0.\n"


def test_without_a_mail_server_it_says_so_and_the_next_run_tries_again(
    organisation: Organisation,
) -> None:
    with SMTP() as gone:
        port = gone.port
    said = run(port)
    assert "Not sent: 3; the next run tries again." in said
    assert said.count("ConnectionRefusedError") == 3
    assert "@" not in said
    with SMTP() as smtp:
        assert run(smtp.port) == "Emails sent: 3.\n"
