"""Locks out whoever guesses passwords, by account and by address.

django-axes asks before each attempt and says when one failed. Its own handler
knows one limit for both, and keeps what was typed and sent; this one keeps a
digest of the account's name, the address, a number and a time. An account that
doesn't exist is counted like any other, so a lockout tells nothing, and neither
does the time that an answer takes.
"""

import logging
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import F, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hrtoolkit.client_address import client_address, first_of_network
from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.signals import sign_in_failed

ACCOUNT_LIMIT = 10
# An office may share one address.
ADDRESS_LIMIT = 50
DURATION = timedelta(minutes=15)

logger = logging.getLogger(__name__)


def account_digest(
    request: HttpRequest | None, credentials: dict[str, Any] | None
) -> str:
    """Return what stands for the name that was typed; ``AXES_USERNAME_CALLABLE``."""
    name = str((credentials or {}).get("username") or "").lower()
    return salted_hmac("hrtoolkit.lockout", name, algorithm="sha256").hexdigest()


def counted_address(request: HttpRequest) -> str | None:
    """Return the address whose failures count together; ``AXES_CLIENT_IP_CALLABLE``."""
    address = client_address(request)
    return first_of_network(address) if address else None


class LockoutHandler(AxesDatabaseHandler):
    """Counts the failures of the last minutes; ``AXES_HANDLER``."""

    def is_locked(
        self, request: Any, credentials: dict[str, Any] | None = None
    ) -> bool:
        """Whether the account or the address has failed too often."""
        account = Q(username=get_client_username(request, credentials))
        # Where the server gives no address, all people would share that limit.
        address = Q(ip_address=request.axes_ip_address, ip_address__isnull=False)
        failures = AccessAttempt.objects.filter(
            account | address, attempt_time__gt=timezone.now() - DURATION
        ).aggregate(
            of_account=Sum("failures_since_start", filter=account, default=0),
            of_address=Sum("failures_since_start", filter=address, default=0),
        )
        return bool(
            failures["of_account"] >= ACCOUNT_LIMIT
            or failures["of_address"] >= ADDRESS_LIMIT
        )

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: Any = None,
        **kwargs: Any,
    ) -> None:
        """Count a failure, unless it was refused without a look at the password."""
        if request.axes_locked_out:
            return
        AccessAttempt.objects.filter(
            attempt_time__lte=timezone.now() - DURATION
        ).delete()
        with transaction.atomic():
            count(get_client_username(request, credentials), request.axes_ip_address)
            request.axes_locked_out = self.is_locked(request, credentials)
            announce(request, str(credentials.get("username") or ""))
        if request.axes_locked_out:
            logger.warning("Sign-in is locked. address=%s", request.axes_ip_address)

    def user_logged_in(
        self, sender: Any, request: Any, user: User, **kwargs: Any
    ) -> None:
        """Forget what the person mistyped before."""
        forget(user)

    def user_logged_out(self, *args: Any, **kwargs: Any) -> None:
        """Keep nothing: the audit log does."""


def count(account: str, address: str | None) -> None:
    """Write one more failure down."""
    counted = AccessAttempt.objects.filter(username=account, ip_address=address).update(
        failures_since_start=F("failures_since_start") + 1,
        attempt_time=timezone.now(),
    )
    if not counted:
        # Of two that come first at once, one counts.
        first = AccessAttempt(
            username=account, ip_address=address, failures_since_start=1
        )
        AccessAttempt.objects.bulk_create([first], ignore_conflicts=True)


@transaction.atomic
def announce(request: Any, name: str) -> None:
    """Send ``sign_in_failed``; of an account that doesn't exist, nothing stays.

    Its failure is recorded like any other and taken back, so that both take the
    same time: the transaction around it commits the count either way.
    """
    users = User.objects.select_related("organisation")
    user = users.filter(email=name.lower()).first()
    sign_in_failed.send(
        User,
        user=user or User(),
        request=request,
        locked_out=request.axes_locked_out,
    )
    if user is None:
        transaction.set_rollback(True)


def forget(user: User) -> None:
    """Unlock an account. Other people's failures from its address stay counted."""
    digest = account_digest(None, {"username": user.email})
    AccessAttempt.objects.filter(username=digest).delete()


def locked_out(request: HttpRequest, *args: Any) -> HttpResponse:
    """Answer 429 and say what to do; ``AXES_LOCKOUT_CALLABLE``."""
    minutes = DURATION // timedelta(minutes=1)
    context = {"minutes": minutes}
    response = render(request, "login/locked_out.html", context, status=429)
    response.headers["Retry-After"] = str(minutes * 60)
    return response
