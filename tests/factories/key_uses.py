"""What a key was used for, without using it."""

from datetime import timedelta

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction

from apikeys.models import KeyUse, Outcome
from apikeys.scopes import Scope
from tests.factories.base import ModelFactory


class KeyUseFactory(ModelFactory[KeyUse]):
    """Forty answers to one caller, an hour before ``last_at`` and until then.

    Say which ``api_key``; the day follows from ``last_at``.
    """

    scope = Scope.READ_EMPLOYEES.value
    outcome = Outcome.ANSWERED
    ip_address = "203.0.113.7"
    client = "payroll-sync/2.1"
    requests = 40
    last_at = LazyFunction(timezone.now)
    first_at = LazyAttribute(lambda use: use.last_at - timedelta(hours=1))
    day = LazyAttribute(
        lambda use: use.last_at.astimezone(use.api_key.organisation.zone).date()
    )

    class Meta:
        model = KeyUse
