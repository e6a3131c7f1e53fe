"""How long people stay signed in.

Two hours without a click end a session, which is ``SESSION_COOKIE_AGE``: the
database ignores it from then on. Twelve hours after sign-in it ends anyway.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

LONGEST = timedelta(hours=12)
# Writing each click down would make every page a write.
TOUCHED_EVERY = timedelta(minutes=1)

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"

logger = logging.getLogger(__name__)


def remember_sign_in(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Note when the session began."""
    now = timezone.now().timestamp()
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = now


class SessionTimeoutMiddleware:
    """Ends sessions that are too old, and keeps those in use from ending."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        session = request.session
        if SESSION_KEY in session:
            now = timezone.now().timestamp()
            if now - session.get(SIGNED_IN_AT, 0) > LONGEST.total_seconds():
                session.flush()
                messages.info(request, "You were signed out: please sign in again.")
            elif now - session.get(SEEN_AT, 0) > TOUCHED_EVERY.total_seconds():
                touch(session, now)
        return self.get_response(request)


def touch(session: SessionBase, now: float) -> None:
    """Let the session last from now on."""
    session[SEEN_AT] = now
    try:
        session.save()
    except UpdateError:
        # It has just ended elsewhere, or the database takes no writes: a full
        # disk is no reason to keep anyone from reading.
        logger.warning("A session couldn't be kept from ending.")
    session.modified = False
