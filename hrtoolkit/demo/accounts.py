"""Who signs in to the demo."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from hrtoolkit.demo.blueprint import Company
from hrtoolkit.demo.companies import COMPANIES
from hrtoolkit.organisations.models import Organisation, User

STAFF_EMAIL = "staff@hrtoolkit.example"
JOINED = timedelta(days=1000)


def load_accounts(company: Company, organisation: Organisation) -> None:
    """Create an organisation's accounts, without passwords yet."""
    for account in company.accounts:
        User.objects.create_user(
            account.email,
            first_name=account.given_name,
            last_name=account.family_name,
            organisation=organisation,
            role=account.role,
            is_active=account.left_days_ago is None,
            date_joined=timezone.now() - JOINED,
        )


def load_staff() -> None:
    """Create the platform's own account, without a password yet."""
    User.objects.create_superuser(
        STAFF_EMAIL,
        first_name="Alex",
        last_name="Pemberton",
        date_joined=timezone.now() - JOINED,
    )


def sign_ins() -> Iterable[tuple[str, str]]:
    """Yield each address that can sign in, and who that is."""
    for company in COMPANIES:
        for account in company.accounts:
            if account.left_days_ago is None:
                yield account.email, f"{account.role.label} of {company.name}"
    yield STAFF_EMAIL, "Platform staff, for Django admin"


def set_password(password: str) -> None:
    """Give every demo account the same new password."""
    # Hashed once: hashing is slow, as it should be.
    emails = [email for email, _ in sign_ins()]
    User.objects.filter(email__in=emails).update(password=make_password(password))
