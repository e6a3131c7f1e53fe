"""Who may open which page: org admins, unless the view says otherwise."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import ResolverMatch

from hrtoolkit.organisations.models import Organisation, User

View = TypeVar("View", bound=Callable[..., Any])


class SignedInRequest(HttpRequest):
    """A request of somebody who is signed in, in any role."""

    user: User


class OrgAdminRequest(SignedInRequest):
    """A request of an org admin, which is what a view gets unless it is opened."""


def open_to_everyone_signed_in(view: View) -> View:
    """Open a page to people of every role."""
    view.open_to_everyone_signed_in = True  # type: ignore[attr-defined]  # functions take attributes
    return view


def needs_recent_password(view: View) -> View:
    """Ask for the password before the page, unless it was entered just now."""
    view.needs_recent_password = True  # type: ignore[attr-defined]  # functions take attributes
    return view


def may_open(user: User, match: ResolverMatch) -> bool:
    """Whether a signed-in user may open the page that the address resolved to."""
    if match.app_name == "admin":
        return user.is_staff
    return user.is_org_admin or is_open(match)


def is_open(match: ResolverMatch) -> bool:
    """Whether the page is open to people of every role."""
    return getattr(match.func, "open_to_everyone_signed_in", False)


def organisation_of(request: OrgAdminRequest) -> Organisation:
    """Return the org admin's organisation."""
    organisation = request.user.organisation
    assert organisation is not None, "the middleware lets only org admins in here"
    return organisation
