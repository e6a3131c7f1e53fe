"""Writes into the audit log what the organisations app announces."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from apikeys import audit
from apikeys.actors import Actor
from apikeys.models import AuditAction
from hrtoolkit.organisations.models import Organisation, User
from hrtoolkit.organisations.signals import (
    change_begins,
    password_changed,
    role_changed,
    second_factor_changed,
    security_changed,
    sign_in_failed,
    staff_acted,
)


def connect() -> None:
    """Start listening. Called once, when the app is ready."""
    user_logged_in.connect(record_sign_in)
    user_logged_out.connect(record_sign_out)
    sign_in_failed.connect(record_failed_sign_in)
    password_changed.connect(record_password_change)
    second_factor_changed.connect(record_second_factor_change)
    security_changed.connect(record_security_change)
    role_changed.connect(record_role_change)
    change_begins.connect(lock_chains)
    staff_acted.connect(record_staff_action)


def record_sign_in(
    sender: Any, request: HttpRequest, user: User, **kwargs: Any
) -> None:
    record_for(user, AuditAction.SIGNED_IN, request)


def record_sign_out(
    sender: Any, request: HttpRequest, user: User | None, **kwargs: Any
) -> None:
    if user:
        record_for(user, AuditAction.SIGNED_OUT, request)


def record_failed_sign_in(
    sender: Any, user: User, request: HttpRequest, locked_out: bool, **kwargs: Any
) -> None:
    """Record the failure; what was typed is never kept."""
    record_for(user, AuditAction.SIGN_IN_FAILED, request)
    if locked_out:
        record_for(user, AuditAction.LOCKED_OUT, request)


def record_password_change(
    sender: Any, user: User, request: HttpRequest, how: str, **kwargs: Any
) -> None:
    record_for(user, AuditAction.PASSWORD_CHANGED, request, {"how": how})


def record_second_factor_change(
    sender: Any, user: User, request: HttpRequest, did: str, **kwargs: Any
) -> None:
    """Record who did it: the person, or staff for them."""
    actor = request.user if isinstance(request.user, User) else user
    audit.record(
        AuditAction.SECOND_FACTOR_CHANGED,
        organisation=user.organisation,
        actor=Actor.from_request(request, actor),
        details={"email": user.email, "did": did},
    )


def record_security_change(
    sender: Any, organisation: Organisation, request: HttpRequest, **kwargs: Any
) -> None:
    audit.record(
        AuditAction.SECURITY_CHANGED,
        organisation=organisation,
        actor=Actor.from_request(request),
        details={"second_factor_required": organisation.second_factor_required},
    )


def record_for(
    user: User,
    action: AuditAction,
    request: HttpRequest,
    details: dict[str, str] | None = None,
) -> None:
    """Record what a person did about signing in."""
    audit.record(
        action,
        organisation=user.organisation,
        actor=Actor.from_request(request, user),
        details=details,
    )


def record_role_change(
    sender: Any,
    user: User,
    organisation: Organisation | None,
    old_role: str,
    request: HttpRequest,
    **kwargs: Any,
) -> None:
    audit.record(
        AuditAction.ROLE_CHANGED,
        organisation=organisation,
        actor=Actor.from_request(request),
        details={"email": user.email, "from": old_role, "to": user.role},
    )


def lock_chains(
    sender: Any, organisations: Iterable[Organisation | None], **kwargs: Any
) -> None:
    """Lock the chains before any other record, and always in one order.

    Whoever generates a key locks the chain and then, by the reference to them, the
    person; the other way round the two would wait for each other.
    """
    for organisation in sorted(organisations, key=lambda o: o.pk if o else 0):
        audit.lock_chain(organisation)


def record_staff_action(
    sender: Any,
    request: HttpRequest,
    organisation: Organisation | None,
    did: str,
    what: str,
    fields: list[str],
    **kwargs: Any,
) -> None:
    audit.record(
        AuditAction.STAFF_ACTED,
        organisation=organisation,
        actor=Actor.from_request(request),
        details={"did": did, "what": what, "fields": fields},
    )
