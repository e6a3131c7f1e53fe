"""The API keys of earlier days: one in every state a key can be in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from operator import itemgetter
from uuid import uuid4

from apikeys import expiry, services
from apikeys.actors import Actor
from apikeys.scopes import Scope
from hrtoolkit.demo.blueprint import Account
from hrtoolkit.demo.companies import HARBOUR_ADMIN, HARBOUR_FORMER_ADMIN
from hrtoolkit.organisations.models import Organisation, User

FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Key:
    """A key's life, in days before today; one that lies ahead is negative."""

    name: str
    scopes: Sequence[Scope]
    generated: int
    expires: int | None = None
    rotated: int | None = None
    revoked: int | None = None
    by: Account = HARBOUR_ADMIN


HARBOUR_KEYS = (
    Key(
        "Payroll – former provider",
        (Scope.READ_EMPLOYEES, Scope.READ_LEAVE),
        generated=812,
        revoked=398,
        by=HARBOUR_FORMER_ADMIN,
    ),
    Key(
        "Payroll – weekly pay run",
        (Scope.READ_EMPLOYEES, Scope.READ_LEAVE),
        generated=412,
        by=HARBOUR_FORMER_ADMIN,
    ),
    Key(
        "Site access cards",
        (Scope.READ_EMPLOYEES,),
        generated=377,
        expires=12,
        by=HARBOUR_FORMER_ADMIN,
    ),
    Key(
        "Fleet tracking – drivers on leave",
        (Scope.READ_LEAVE,),
        generated=368,
        rotated=6,
        by=HARBOUR_FORMER_ADMIN,
    ),
    Key(
        "Intranet phone list",
        (Scope.READ_EMPLOYEES,),
        generated=318,
        by=HARBOUR_FORMER_ADMIN,
    ),
    Key(
        "Power BI dashboard",
        (Scope.READ_EMPLOYEES, Scope.READ_PERFORMANCE),
        generated=221,
        expires=-19,
    ),
    Key("Rostering – driver availability", (Scope.READ_LEAVE,), generated=134),
    Key(
        "Remuneration review (consultants)",
        (Scope.READ_EMPLOYEES, Scope.READ_PERFORMANCE),
        generated=96,
        expires=-84,
        revoked=61,
    ),
    Key(
        "Learning platform",
        (Scope.READ_EMPLOYEES,),
        generated=27,
        expires=-338,
    ),
)


def load_keys(organisation: Organisation, keys: Sequence[Key]) -> None:
    """Generate, rotate and revoke the keys in the order of time.

    Nobody learns their values.
    """
    acts = [
        (moment(days_ago, organisation), act, key)
        for key in keys
        for act, days_ago in (
            (generate, key.generated),
            (rotate, key.rotated),
            (revoke, key.revoked),
        )
        if days_ago is not None
    ]
    for at, act, key in sorted(acts, key=itemgetter(0)):
        act(organisation, key, at)


def generate(organisation: Organisation, key: Key, at: datetime) -> None:
    """Generate a key."""
    today = expiry.today(organisation)
    services.generate(
        organisation=organisation,
        name=key.name,
        scopes=key.scopes,
        actor=actor(key.by),
        expires_on=None if key.expires is None else today - timedelta(days=key.expires),
        at=at,
    )


def rotate(organisation: Organisation, key: Key, at: datetime) -> None:
    """Rotate a key: it has a successor of its name from now on."""
    record = organisation.api_keys.get(name=key.name)
    services.rotate(record, actor=actor(HARBOUR_ADMIN), submission_id=uuid4(), at=at)


def revoke(organisation: Organisation, key: Key, at: datetime) -> None:
    """Revoke a key."""
    record = organisation.api_keys.get(name=key.name)
    services.revoke(record, actor=actor(key.by), at=at)


def moment(days_ago: int, organisation: Organisation) -> datetime:
    """Return an instant in office hours, on that day or the Friday before it."""
    day = expiry.today(organisation) - timedelta(days=days_ago)
    day -= timedelta(days=max(0, day.weekday() - FRIDAY))
    clock = time(9 + days_ago % 8, days_ago * 7 % 60)
    return datetime.combine(day, clock, organisation.zone)


def actor(account: Account) -> Actor:
    """Return the person as an audit event records them."""
    user = User.objects.get(email=account.email)
    return Actor(name=str(user), email=user.email, user=user)
