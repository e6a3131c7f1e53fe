"""Settings → Audit log, as an org admin's browser sees it."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys import audit, audit_export, expiry, services
from apikeys.actors import Actor
from apikeys.forms.audit_log import AuditPageForm
from apikeys.models import AuditAction, AuditEvent
from apikeys.views import audit_log, keys
from hrtoolkit.organisations.models import Organisation
from tests.factories import EXAMPLE, OrganisationFactory, UserFactory, generated_key
from tests.people import text

pytestmark = pytest.mark.django_db

LOG = "/settings/audit-log/"
EXPORT = "/settings/audit-log/export/"
ANN = Actor(name="Ann Ng", email="ann@harbour.example")
SHELL = Actor(name="Command line (ops)")


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory(slug="harbour", time_zone="Australia/Sydney")


@pytest.fixture
def browser(organisation: Organisation) -> Client:
    """An org admin's, whose sign-in is the first event of the log."""
    admin = UserFactory(
        org_admin=True,
        organisation=organisation,
        first_name="Mei",
        last_name="O’Brien",
        email="mei@harbour.example",
    )
    client = Client(REMOTE_ADDR="203.0.113.9", headers={"user-agent": "Firefox"})
    client.force_login(admin, backend="hrtoolkit.organisations.backends.UserBackend")
    return client


def without_token(response: Any) -> str:
    """Return a page but for what differs each time it is drawn."""
    return re.sub('name="csrfmiddlewaretoken" value="[^"]*"', "", text(response))


def shown(response: Any) -> list[int]:
    """Return the numbers of the events on a page, from top to bottom."""
    return [int(number) for number in re.findall(r"Event (\d+)<", text(response))]


def record(
    organisation: Organisation | None,
    action: AuditAction = AuditAction.SIGNED_IN,
    actor: Actor = ANN,
    **kwargs: Any,
) -> AuditEvent:
    return audit.record(action, organisation=organisation, actor=actor, **kwargs)


# The page.


def test_it_shows_who_did_what_when_and_from_where(
    browser: Client, organisation: Organisation
) -> None:
    key = generated_key(organisation=organisation, name="Pay <roll>").api_key
    browser.post(f"/settings/api-keys/{key.pk}/revoke/")
    response = browser.get(LOG)
    assert response.status_code == 200
    assert shown(response) == [3, 2, 1]
    assert "Pay &lt;roll&gt;" in response.content.decode()
    for expected in (
        "Signed in",
        "Key revoked",
        "“Pay <roll>” stopped working.",
        "Mei O’Brien",
        "mei@harbour.example",
        "203.0.113.9",
        "Firefox",
        key.fingerprint,
        key.get_absolute_url(),
        timezone.localtime(timezone=organisation.zone).strftime("%-d %b %Y"),
    ):
        assert expected in text(response)


def test_it_shows_nothing_of_anybody_else(browser: Client) -> None:
    record(OrganisationFactory(), actor=Actor("Stranger"))
    record(None, actor=Actor("Stranger"))
    response = browser.get(LOG)
    assert shown(response) == [1]
    assert "Stranger" not in text(response)


def test_it_leads_through_all_events_a_page_at_a_time(
    browser: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 3)
    now = timezone.now()
    for minutes in (5, 5, 5, 5, 90, 1, 2):  # some at once, one of them backdated
        record(organisation, at=now - timedelta(minutes=minutes))
    address: str | None = LOG
    read: list[int] = []
    while address:
        response = browser.get(address)
        assert 0 < len(shown(response)) <= 3
        read += shown(response)
        older = re.search(r'href="(\?[^"]*)" rel="next"', text(response))
        address = older and LOG + older[1]
    assert read == [1, 7, 8, 5, 4, 3, 2, 6]
    assert "Newest events" in text(response)


def test_a_full_last_page_leads_nowhere(
    browser: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 2)
    record(organisation)
    response = browser.get(LOG)
    assert shown(response) == [2, 1]
    assert "Older events" not in text(response)


def test_it_filters_by_key(browser: Client, organisation: Organisation) -> None:
    one = generated_key(organisation=organisation, name="Key one").api_key
    generated_key(organisation=organisation)
    services.revoke(one, actor=ANN)
    response = browser.get(LOG, {"key": one.pk})
    assert shown(response) == [4, 2]
    assert "Only events of the key" in text(response)


@pytest.mark.parametrize(
    ("person", "numbers"),
    [
        ("ann@harbour.example", [4, 2]),
        (" Ann@Harbour.Example ", [4, 2]),
        ("Ann Ng", [4, 2]),
        ("ann ng", [4, 2]),
        ("command line (ops)", [3]),
        ("mei@harbour.example", [1]),
        ("Ann", []),
        ("%", []),
        ("stranger@harbour.example", []),
    ],
)
def test_it_filters_by_person(
    browser: Client, organisation: Organisation, person: str, numbers: list[int]
) -> None:
    for actor in (ANN, SHELL, ANN):
        record(organisation, actor=actor)
    assert shown(browser.get(LOG, {"person": person})) == numbers


def test_every_person_leads_to_what_they_did(
    browser: Client, organisation: Organisation
) -> None:
    for actor in (ANN, SHELL, Actor("API key ops@corp sync (0123456789ab)")):
        record(organisation, actor=actor)
    links = re.findall(r'href="[^"]*(\?person=[^"]+)"', text(browser.get(LOG)))
    assert [shown(browser.get(LOG + link)) for link in links] == [[4], [3], [2], [1]]


def test_it_filters_by_action(browser: Client, organisation: Organisation) -> None:
    generated_key(organisation=organisation)
    assert shown(browser.get(LOG, {"action": "generated"})) == [2]
    assert shown(browser.get(LOG, {"action": ""})) == [2, 1]
    nothing = browser.get(LOG, {"action": "revoked"})
    assert (nothing.status_code, shown(nothing)) == (200, [])
    assert "No such events" in text(nothing)


def test_it_filters_by_days_where_the_organisation_is(
    browser: Client, organisation: Organisation
) -> None:
    # Sydney's clock goes forward on 4 October 2026: that day has 23 hours.
    for instant in (
        datetime(2026, 10, 3, 13, 59, 59, 999999, UTC),
        datetime(2026, 10, 3, 14, 0, tzinfo=UTC),
        datetime(2026, 10, 4, 12, 59, 59, 999999, UTC),
        datetime(2026, 10, 4, 13, 0, tzinfo=UTC),
    ):
        record(organisation, at=instant)
    day = "2026-10-04"
    assert shown(browser.get(LOG, {"from": day, "to": day})) == [4, 3]
    assert set(shown(browser.get(LOG, {"from": day}))) >= {3, 4, 5}
    assert shown(browser.get(LOG, {"from": "2026-10-05"}))[-1] == 5
    assert 5 not in shown(browser.get(LOG, {"to": day}))


def test_filters_work_together_and_stay_from_page_to_page(
    browser: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 1)
    key = generated_key(organisation=organisation, actor=ANN).api_key
    services.revoke(key, actor=ANN)
    generated_key(organisation=organisation, actor=ANN)
    today = str(expiry.today(organisation))
    filters: dict[str, Any] = {
        "key": key.pk,
        "person": ANN.email,
        "from": today,
        "to": today,
    }
    response = browser.get(LOG, filters)
    assert shown(response) == [3]
    [older] = re.findall(r'href="(\?[^"]*)" rel="next"', text(response))
    assert shown(browser.get(LOG + older)) == [2]
    assert shown(browser.get(LOG, filters | {"action": "revoked"})) == [3]
    assert shown(browser.get(LOG, filters | {"action": "signed_in"})) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("key=999999", "There is no such key."),
        ("key=%00", "Null characters are not allowed."),
        ("key=" + "9" * 5000, "There is no such key."),
        ("key=x&key=y", "There is no such key."),
        ("person=%00", "Null characters are not allowed."),
        ("person=%E2%80%AE", "The invisible character U+202E"),
        ("person=" + "n" * 1000, "at most 301 characters"),
        ("person=" + EXAMPLE, "This looks like an API key"),
        ("action=lost", "There is no such action."),
        ("action=%ED%A0%80", "There is no such action."),
        ("from=soon", "year-month-day"),
        ("to=2026-02-30", "year-month-day"),
        ("from=%00", "year-month-day"),
        ("from=0001-01-01", "There are no events of that time."),
        ("to=9999-12-31", "There are no events of that time."),
        ("from=2026-07-02&to=2026-07-01", "This day lies before the other."),
        ("before=999999", "There is no such page."),
        ("before=-1", "There is no such page."),
        ("before=x", "There is no such page."),
        ("before=" + "9" * 5000, "There is no such page."),
        ("before=" + "9" * 40, "There is no such page."),
    ],
)
def test_what_is_wrong_with_a_filter_is_said_beside_it(
    browser: Client, query: str, message: str
) -> None:
    response = browser.get(f"{LOG}?{query}")
    assert response.status_code == 400
    assert message in text(response)
    assert EXAMPLE not in text(response)
    assert not shown(response)
    if not query.startswith(("key", "before")):
        assert 'aria-invalid="true"' in text(response)


def test_another_organisations_key_and_event_are_unknown(browser: Client) -> None:
    stranger = generated_key().api_key
    services.revoke(stranger, actor=ANN)
    for foreign, unknown in (
        (f"?key={stranger.pk}", "?key=999999"),
        ("?before=2", "?before=999999"),
    ):
        answers = [browser.get(LOG + query) for query in (foreign, unknown)]
        assert [answer.status_code for answer in answers] == [400, 400]
        assert without_token(answers[0]) == without_token(answers[1])


def test_it_costs_as_many_queries_for_fifty_events_as_for_one(
    browser: Client,
    organisation: Organisation,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for count in (1, 60):
        for _ in range(count):
            key = generated_key(organisation=organisation).api_key
        with django_assert_num_queries(3) as queries:  # the session, the user, events
            browser.get(LOG)
        assert "COUNT" not in str(queries.captured_queries)
        assert "OFFSET" not in str(queries.captured_queries)
    with django_assert_num_queries(5):  # and the key, and where the page begins
        browser.get(LOG, {"key": str(key.pk), "before": "60"})


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "apikeys_log"),
        ({"from": "2026-07-01", "to": "2026-07-31"}, "apikeys_log"),
        ({"key": "1"}, "apikeys_log_of_key"),
        ({"action": "revoked", "to": "2026-07-31"}, "apikeys_log_of_action"),
        ({"person": ANN.email}, "apikeys_log_of_address"),
        ({"person": ANN.name}, "apikeys_log_of_name"),
    ],
)
def test_every_filter_is_answered_in_order_from_an_index(
    organisation: Organisation, query: dict[str, str], index: str
) -> None:
    key = generated_key(organisation=organisation).api_key
    if "key" in query:
        query["key"] = str(key.pk)
    AuditEvent.objects.bulk_create(
        AuditEvent(
            organisation=organisation,
            number=number,
            at=timezone.now(),
            action=AuditAction.SIGNED_OUT,
            actor_name=f"Person {number}",
            actor_email=f"{number}@harbour.example",
        )
        for number in range(2, 2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    form = AuditPageForm(query | {"before": "1"}, organisation=organisation)
    assert form.is_valid(), form.errors
    plan = form.page()[:50].explain()
    assert re.search(rf"\b{index}\b", plan)
    assert not re.search("Sort|B-TREE", plan)


def test_a_keys_page_shows_its_latest_events_and_leads_to_all_of_them(
    browser: Client,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(keys, "EVENTS", 2)
    key = generated_key(organisation=organisation).api_key
    for _ in range(3):
        record(organisation, AuditAction.IDENTIFIED, api_key=key)
    # The session, user, key; what it was rotated from and to; its use twice; events.
    with django_assert_num_queries(8):
        response = browser.get(key.get_absolute_url())
    assert shown(response) == [5, 4]
    assert "looked up here" in text(response)
    [link] = re.findall(r'href="([^"]*\?key=[^"]*)"', text(response))
    assert shown(browser.get(link)) == [5, 4, 3, 2]


# The export.


def sent(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def rows(response: Any) -> list[dict[str, str]]:
    """Read an export as a spreadsheet would."""
    content = sent(response).decode()
    assert content.startswith("\ufeffNumber,")
    return list(csv.DictReader(io.StringIO(content[1:], newline=""), strict=True))


def test_it_exports_what_was_recorded(
    browser: Client, organisation: Organisation
) -> None:
    actor = Actor(
        'Ann "the Boss", Ng',
        "ann@harbour.example",
        ip_address="2001:db8::7",
        user_agent="curl/8",
    )
    key = generated_key(
        organisation=organisation,
        name="Löhne, monthly",
        scopes=["read:leave"],
        actor=actor,
    ).api_key
    response = browser.post(EXPORT, {"key": key.pk})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="audit-log-harbour-{expiry.today(organisation)}.csv"'
    )
    event = AuditEvent.objects.get(api_key=key)
    [row] = rows(response)
    instant = datetime.fromisoformat(row.pop("Instant (UTC)"))
    assert (instant, instant.utcoffset()) == (event.at, timedelta(0))
    assert row == {
        "Number": "2",
        "Action": "generated",
        "Person": 'Ann "the Boss", Ng',
        "Email address": "ann@harbour.example",
        "IP address": "2001:db8::7",
        "Client": "curl/8",
        "Key id": str(key.pk),
        "Key name": "Löhne, monthly",
        "Key fingerprint": key.fingerprint,
        "What changed": "“Löhne, monthly” reads read:leave and never expires.",
        "Details": (
            '{"expires_on": null, "name": "Löhne, monthly", "scopes": ["read:leave"]}'
        ),
        "HMAC": event.mac,
    }


def test_it_is_csv_as_the_rfc_has_it(browser: Client) -> None:
    content = sent(browser.post(EXPORT))
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    assert content.endswith(b"\r\n")


def test_it_records_the_export_before_the_first_byte(
    browser: Client, organisation: Organisation
) -> None:
    filters = {"person": "mei@harbour.example", "action": "", "from": "2026-01-01"}
    response = browser.post(EXPORT, filters)
    event = AuditEvent.objects.get(action="exported")
    assert event.details == {
        "filters": {"person": "mei@harbour.example", "from": "2026-01-01"}
    }
    assert (event.actor_email, event.ip_address, event.organisation) == (
        "mei@harbour.example",
        "203.0.113.9",
        organisation,
    )
    assert [row["Action"] for row in rows(response)] == ["exported", "signed_in"]


def test_the_record_of_an_export_names_the_key(
    browser: Client, organisation: Organisation
) -> None:
    key = generated_key(organisation=organisation).api_key
    browser.post(EXPORT, {"key": key.pk})
    assert AuditEvent.objects.latest("pk").details == {"filters": {"key": str(key)}}


def test_the_page_exports_what_it_shows(
    browser: Client, organisation: Organisation
) -> None:
    key = generated_key(organisation=organisation, actor=ANN).api_key
    services.revoke(key, actor=ANN)
    page = text(browser.get(LOG, {"key": str(key.pk), "person": "Ann Ng"}))
    [form] = re.findall(rf'<form method="post" action="{EXPORT}">.*?</form>', page, 16)
    fields = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    )
    assert [row["Number"] for row in rows(browser.post(EXPORT, fields))] == ["3", "2"]


def test_to_look_at_the_address_of_the_export_does_nothing(browser: Client) -> None:
    assert browser.get(EXPORT).status_code == 405
    assert not AuditEvent.objects.filter(action="exported").exists()


def test_a_wrong_filter_exports_nothing(browser: Client) -> None:
    stranger = generated_key().api_key
    for wrong in ({"from": "soon"}, {"key": stranger.pk}, {"person": EXAMPLE}):
        response = browser.post(EXPORT, wrong)
        assert response.status_code == 400
        assert "isn’t right" in text(response)
        assert EXAMPLE not in text(response)
    assert not AuditEvent.objects.filter(action="exported").exists()


def test_an_export_holds_nothing_of_anybody_else(browser: Client) -> None:
    record(OrganisationFactory(), actor=Actor("Stranger"))
    record(None, actor=Actor("Stranger"))
    people = {row["Person"] for row in rows(browser.post(EXPORT))}
    assert people == {"Mei O’Brien"}


def test_it_reads_and_sends_a_chunk_at_a_time(
    browser: Client,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(audit_export, "CHUNK", 4)
    now = timezone.now()
    for _ in range(10):
        record(organisation, at=now)
    response: Any = browser.post(EXPORT)
    assert response.streaming
    chunks = iter(response.streaming_content)
    with django_assert_num_queries(0):
        read = [next(chunks)]
    for lines in (4, 4, 4):
        with django_assert_num_queries(1):
            read.append(next(chunks))
        assert read[-1].count(b"\r\n") == lines
    with django_assert_num_queries(1):
        assert next(chunks, None) is None
    numbers = [line.partition(b",")[0] for line in b"".join(read).splitlines()[1:]]
    assert sorted(map(int, numbers)) == list(range(1, 13))


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        " =1+1",
        '=HYPERLINK("http://evil.example","x")',
    ],
)
def test_no_cell_is_a_formula(
    browser: Client, organisation: Organisation, name: str
) -> None:
    record(organisation, actor=Actor(name, user_agent=name))
    row = rows(browser.post(EXPORT))[1]
    assert row["Person"] == row["Client"] == f"'{name}"


@pytest.mark.parametrize(
    ("cell", "harmless"),
    [
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\nx", "'\nx"),
        ("Ann", "Ann"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_only_what_could_run_is_marked(cell: str, harmless: str) -> None:
    assert audit_export.harmless(cell) == harmless
