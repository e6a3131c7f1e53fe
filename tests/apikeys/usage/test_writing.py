"""How uses are written, and what their sums then say."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apikeys import services
from apikeys.models import KeyUse
from apikeys.usage import collector as collecting
from apikeys.usage import writing
from apikeys.usage.collector import Collector, collector
from apikeys.usage.tallies import Tally
from tests.apikeys.usage.tallying import NOON, failing, use_of, uses
from tests.factories import KeyUseFactory, OrganisationFactory, generated_key
from tests.integration import get

pytestmark = pytest.mark.django_db

START = Collector.start


def test_the_thread_writes_until_the_main_thread_has_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    main = threading.Thread(target=threading.Event().wait, args=[0.3])
    monkeypatch.setattr(threading, "main_thread", lambda: main)
    monkeypatch.setattr(collecting, "SECONDS", 0.1)
    after_flush = []
    collector = Collector()
    monkeypatch.setattr(collector, "flush", lambda: after_flush.append(main.is_alive()))
    main.start()
    START(collector).join()
    assert after_flush[0]
    assert not after_flush[-1]


def test_a_quiet_collector_asks_nothing(generated: services.Generated) -> None:
    get("/key", generated.token)
    collector.flush()
    with CaptureQueriesContext(connection) as context:
        collector.flush()
    assert len(context) == 0


def test_the_day_is_the_organisations_own() -> None:
    midnight = datetime(2026, 3, 31, 13, 0, tzinfo=UTC).timestamp()  # in Sydney
    for zone, days in (
        ("Australia/Sydney", [date(2026, 3, 31), date(2026, 4, 1)]),
        ("Australia/Perth", [date(2026, 3, 31)]),
        ("Asia/Kathmandu", [date(2026, 3, 31)]),
    ):
        organisation = OrganisationFactory(time_zone=zone)
        key = generated_key(organisation=organisation).api_key
        writing.write(
            {
                use_of(key, quarter=quarter): Tally(1, at, at)
                for quarter, at in enumerate((midnight - 1, midnight))
            }
        )
        written = key.uses.order_by("day").values_list("day", flat=True)
        assert list(written) == days


def test_writing_adds_to_what_is_written(generated: services.Generated) -> None:
    use = use_of(generated.api_key)
    for tally in (
        Tally(2, NOON, NOON + 60),
        Tally(3, NOON - 60, NOON),
        Tally(4, NOON, NOON + 90),
    ):
        assert writing.write({use: tally}) == set()
    [written] = KeyUse.objects.all()
    assert str(written) == "9 × answered on 2026-03-04"
    assert written.first_at.timestamp() == NOON - 60
    assert written.last_at.timestamp() == NOON + 90
    assert written.day == date(2026, 3, 4)


def test_what_becomes_one_caller_is_one_row(generated: services.Generated) -> None:
    tally = Tally(1, NOON, NOON)
    writing.write(
        {
            use_of(generated.api_key, user_agent=name, quarter=quarter): tally
            for name in ("sync\x00", "sy\u202enc", "sync")
            for quarter in (0, 1)
        }
    )
    assert uses() == [("read:employees", "answered", "203.0.113.7", "sync", 6)]


def test_a_key_that_is_not_there_any_more_stops_nothing(
    generated: services.Generated,
) -> None:
    unknown = use_of(generated.api_key, key_id=generated.api_key.pk + 1)
    tally = Tally(1, NOON, NOON)
    writing.write({unknown: tally, use_of(generated.api_key): tally})
    writing.write({unknown: tally})
    assert len(uses()) == 1


def test_a_day_tells_only_so_many_callers_apart(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "MAX_CALLERS", 3)
    for name in "abcdeab":
        writing.write({use_of(generated.api_key, user_agent=name): Tally(1, NOON, 0)})
    assert {(client, requests) for *_, client, requests in uses()} == {
        ("a", 2),
        ("b", 2),
        ("c", 1),
        ("", 2),
    }


@pytest.mark.parametrize("error", [OperationalError("gone"), KeyError("a bug")])
def test_what_cant_be_written_is_kept_and_said_once(
    generated: services.Generated,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(writing, "write", failing(error))
        for _ in range(3):
            get("/key", generated.token)
            collector.flush()
    collector.flush()
    collector.flush()
    assert [requests for *_, requests in uses()] == [3]
    [record] = [r for r in caplog.records if r.name == "apikeys.usage.collector"]
    assert "is kept" in record.getMessage()
    assert bool(record.exc_info) == isinstance(error, KeyError)


def test_writing_costs_as_many_queries_for_many_callers_as_for_one(
    generated: services.Generated,
) -> None:
    queries = []
    for number in (1, 30):
        tallies = {
            use_of(generated.api_key, user_agent=f"{number} {i}"): Tally(1, NOON, NOON)
            for i in range(number)
        }
        with CaptureQueriesContext(connection) as context:
            writing.write(tallies)
        queries.append(len(context))
    assert queries[0] == queries[1] == 5  # with the savepoint's two


def test_sums_say_what_they_are_asked(generated: services.Generated) -> None:
    key, now = generated.api_key, timezone.now()
    yesterday = now - timedelta(days=1)
    KeyUseFactory(api_key=key, last_at=now, requests=5)
    KeyUseFactory(api_key=key, last_at=now, requests=2, outcome="scope_denied")
    KeyUseFactory(api_key=key, last_at=yesterday, requests=7, ip_address="10.0.0.1")
    KeyUseFactory(api_key=key, last_at=now - timedelta(days=40), scope="")
    recent = key.uses.since((now - timedelta(days=30)).date())
    days = [(row["answered"], row["refused"]) for row in recent.by_day()]
    assert days == [(7, 0), (5, 2)]
    [scope] = recent.by_scope()
    assert (scope["scope"], scope["answered"]) == ("read:employees", 12)
    assert [row["ip_address"] for row in recent.by_caller()] == [
        "203.0.113.7",
        "10.0.0.1",
    ]
    assert recent.total()["requests"] == 14
    assert recent.filter(scope="none").total() == {
        "requests": 0,
        "first_at": None,
        "last_at": None,
    }
