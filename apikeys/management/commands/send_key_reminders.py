"""``manage.py send_key_reminders``: tell org admins about their keys, from cron."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apikeys.reminders.sending import send_reminders


class Command(BaseCommand):
    """Safe to run at any time, twice, and on several machines at once."""

    help = (
        "Email org admins about keys that expire soon, have expired, are a year old,"
        " or were generated or revoked by someone else. Each thing is told once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        run = send_reminders()
        if run.failed:
            raise CommandError(
                f"Emails sent: {run.sent}. Not sent: {run.failed}; the next run"
                " tries again."
            )
        if options["verbosity"]:
            self.stdout.write(f"Emails sent: {run.sent}.")
