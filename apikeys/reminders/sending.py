"""Sends what there is to tell: one email a person and run, each thing once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from apikeys.models import Reminder
from apikeys.reminders.notices import Notice, notices
from hrtoolkit.organisations.models import Organisation, Role, User

CLAIM_HOLDS = timedelta(minutes=15)
"""How long a run may take over one email before another run takes it for dead."""

logger = logging.getLogger(__name__)


def send_reminders(now: datetime | None = None) -> "Run":
    """Tell the org admins of every organisation what is new at ``now``.

    Runs may overlap, on one machine or several. What a run is about to tell a
    person it first claims, by rows that are unique; another run passes over
    them. No transaction is open while the mail server is spoken to, so a slow
    one holds up nobody.

    An email that can't be sent gives its claims back, and the next run tries
    again. A run that is killed leaves its claims behind, and after
    ``CLAIM_HOLDS`` they are void. So each thing is told at least once: twice
    only where a run was killed, or lost its database, between the mail
    server's yes and the row that says so.
    """
    now = now or timezone.now()
    void = Reminder.objects.filter(
        sent_at=None, claimed_at__lt=timezone.now() - CLAIM_HOLDS
    )
    void.delete()
    run = Run()
    for organisation in Organisation.objects.filter(suspended_at=None):
        news = notices(organisation, now)
        if news:
            run.tell(organisation, news)
    return run


@dataclass(slots=True)
class Run:
    """One run: what it has claimed, no other tells."""

    id: UUID = field(default_factory=uuid4)
    sent: int = 0
    failed: int = 0

    def tell(self, organisation: Organisation, news: Sequence[Notice]) -> None:
        """Tell each org admin what concerns them and they weren't told yet."""
        for person in organisation.users.filter(role=Role.ORG_ADMIN, is_active=True):
            claims = Reminder.objects.filter(recipient=person, run=self.id)
            try:
                untold = self.claim(person, [n for n in news if n.concerns(person)])
                if not untold:
                    continue
                email(person, organisation, untold).send()
            except Exception as error:
                # Mail services raise errors of many kinds, and one person's
                # email must not cost the others theirs. What the error says
                # may hold the address, so only its kind is logged.
                claims.delete()
                self.failed += 1
                logger.error(
                    "Reminders for user %s of %s were not sent: %s",
                    person.pk,
                    organisation.slug,
                    type(error).__name__,
                )
            else:
                claims.update(sent_at=timezone.now())
                self.sent += 1

    def claim(self, person: User, news: Sequence[Notice]) -> list[Notice]:
        """Return what the person wasn't told and no other run is about to tell."""
        Reminder.objects.bulk_create(
            [
                Reminder(recipient=person, api_key=n.key, kind=n.kind, run=self.id)
                # In one order, or two runs could each wait for the other's row.
                for n in sorted(news, key=lambda n: (n.key.pk, n.kind))
            ],
            ignore_conflicts=True,
        )
        claims = Reminder.objects.filter(recipient=person, run=self.id)
        ours = set(claims.values_list("api_key_id", "kind"))
        return [n for n in news if (n.key.pk, n.kind) in ours]


def email(
    person: User, organisation: Organisation, news: Sequence[Notice]
) -> EmailMessage:
    """Write one email of all the news, its dates as they are at the organisation's."""
    first, more = news[0], len(news) - 1
    subject = f"API key {first.headline}" + (f", and {more} more" if more else "")
    context = {
        "person": person,
        "organisation": organisation,
        "notices": news,
        "public_url": settings.PUBLIC_URL,
        "support_email": settings.SUPPORT_EMAIL,
    }
    with timezone.override(organisation.zone):
        body = render_to_string("email/key_reminders.txt", context)
    return EmailMessage(
        subject, body, to=[person.email], headers={"Auto-Submitted": "auto-generated"}
    )
