"""Who gets in by signing in."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from hrtoolkit.organisations.models import User


class UserBackend(ModelBackend):
    """People sign in by email address; a suspended organisation's don't.

    Django asks it for the user at every request, so a deactivated person or a
    suspended organisation is out at the next click.
    """

    def get_user(self, user_id: Any) -> User | None:
        """Return the user and, in the same query, their organisation."""
        user = User.objects.select_related("organisation").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Whether the person, and their organisation, may get in."""
        return (
            isinstance(user, User)
            and user.is_active
            and not (user.organisation and user.organisation.is_suspended)
        )
