"""What the demo's keys were used for: programs and their habits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

from django.utils import timezone

from apikeys import expiry
from apikeys.models import APIKey, Outcome
from apikeys.scopes import Scope
from apikeys.usage import refusals, writing
from apikeys.usage.tallies import QUARTER_SECONDS, Tally, Use
from hrtoolkit.demo.calendar import days
from hrtoolkit.organisations.models import Organisation

EVERY_DAY = range(7)
WORKING_DAYS = range(5)
WEDNESDAYS = (2,)


@dataclass(frozen=True, slots=True)
class Habit:
    """When a program uses a key, from where, and for how many requests each time.

    ``since`` and ``until`` are days before today; ``rotated`` tells the successor
    of a key from the key.
    """

    key: str
    ip_address: str
    client: str
    weekdays: Sequence[int]
    at: time
    requests: Mapping[Scope, int]
    since: int
    until: int = 0
    rotated: bool = False


FLEET_SYNC = Habit(
    "Fleet tracking – drivers on leave",
    ip_address="198.51.100.60",
    client="fleet-sync/7.2",
    weekdays=EVERY_DAY,
    at=time(2, 40),
    requests={Scope.READ_LEAVE: 8},
    since=366,
    until=5,
)

HARBOUR_HABITS = (
    Habit(
        "Payroll – former provider",
        ip_address="203.0.113.40",
        client="PayBridge-Connector/3.8",
        weekdays=WEDNESDAYS,
        at=time(2, 10),
        requests={Scope.READ_EMPLOYEES: 3, Scope.READ_LEAVE: 5},
        since=800,
        until=399,
    ),
    # Somebody there has turned an old server on again.
    Habit(
        "Payroll – former provider",
        ip_address="203.0.113.40",
        client="PayBridge-Connector/3.8",
        weekdays=EVERY_DAY,
        at=time(2, 10),
        requests={Scope.READ_EMPLOYEES: 2},
        since=23,
    ),
    Habit(
        "Payroll – weekly pay run",
        ip_address="203.0.113.24",
        client="payroll-sync/2.1",
        weekdays=WEDNESDAYS,
        at=time(6, 5),
        requests={Scope.READ_EMPLOYEES: 9, Scope.READ_LEAVE: 21},
        since=410,
    ),
    Habit(
        "Site access cards",
        ip_address="198.51.100.81",
        client="GateKeeper/11.4",
        weekdays=EVERY_DAY,
        at=time(4, 30),
        requests={Scope.READ_EMPLOYEES: 6},
        since=376,
        until=12,
    ),
    # The server has the new key since it was rotated, and a forgotten script hasn't.
    FLEET_SYNC,
    replace(FLEET_SYNC, since=4, until=0, rotated=True),
    Habit(
        FLEET_SYNC.key,
        ip_address="10.20.4.31",
        client="leave-to-csv.py/1.0",
        weekdays=EVERY_DAY,
        at=time(4, 15),
        requests={Scope.READ_LEAVE: 2},
        since=190,
    ),
    # It may read performance, and never has.
    Habit(
        "Power BI dashboard",
        ip_address="192.0.2.15",
        client="Microsoft.Data.Mashup",
        weekdays=WORKING_DAYS,
        at=time(5, 45),
        requests={Scope.READ_EMPLOYEES: 32},
        since=220,
    ),
    # One key, two programs.
    Habit(
        "Rostering – driver availability",
        ip_address="198.51.100.9",
        client="roster-engine/5.2.0",
        weekdays=EVERY_DAY,
        at=time(3, 20),
        requests={Scope.READ_LEAVE: 44},
        since=133,
    ),
    Habit(
        "Rostering – driver availability",
        ip_address="10.20.4.8",
        client="python-requests/2.32.3",
        weekdays=WORKING_DAYS,
        at=time(8, 50),
        requests={Scope.READ_LEAVE: 12, Scope.READ_EMPLOYEES: 1},
        since=17,
    ),
    Habit(
        "Remuneration review (consultants)",
        ip_address="203.0.113.199",
        client="curl/8.5.0",
        weekdays=WORKING_DAYS,
        at=time(9, 30),
        requests={Scope.READ_PERFORMANCE: 4},
        since=94,
        until=63,
    ),
    Habit(
        "Intranet phone list",
        ip_address="10.20.1.30",
        client="intranet/1.0",
        weekdays=WORKING_DAYS,
        at=time(1, 0),
        requests={Scope.READ_EMPLOYEES: 3},
        since=316,
        until=127,
    ),
)


def load_use(organisation: Organisation, habits: Sequence[Habit]) -> None:
    """Count what the programs have done up to now, as if they had done it."""
    keys = {
        (key.name, key.rotated_from_id is not None): key
        for key in organisation.api_keys.all()
    }
    tallies: dict[Use, Tally] = {}
    for habit in habits:
        key = keys[habit.key, habit.rotated]
        random = Random(f"{organisation.slug} {habit}")
        for at in moments(habit, organisation, random):
            for scope, requests in habit.requests.items():
                first = at.timestamp()
                tally = Tally(random.randint(1, 2 * requests), first, first + 40)
                tallies[use(habit, key, scope, at)] = tally
    for refusal in sorted(writing.write(tallies)):
        refusals.report(refusal)


def moments(
    habit: Habit, organisation: Organisation, random: Random
) -> Iterator[datetime]:
    """Yield when a program does what it does."""
    today = expiry.today(organisation)
    first, last = (today - timedelta(days=ago) for ago in (habit.since, habit.until))
    for day in days(first, last):
        at = datetime.combine(day, habit.at, organisation.zone)
        at += timedelta(seconds=random.randrange(120))
        if day.weekday() in habit.weekdays and at < timezone.now():
            yield at


def use(habit: Habit, key: APIKey, scope: Scope, at: datetime) -> Use:
    """Return what is counted together, with the outcome that the key had then."""
    ended = [end for end in (key.revoked_at, key.expires_at) if end and end <= at]
    outcome = Outcome.ANSWERED if scope in key.scopes else Outcome.SCOPE_DENIED
    return Use(
        key.pk,
        int(at.timestamp() // QUARTER_SECONDS),
        scope,
        Outcome.REFUSED if ended else outcome,
        habit.ip_address,
        habit.client,
    )
