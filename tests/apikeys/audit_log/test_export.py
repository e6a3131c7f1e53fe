"""The log as a file: what it holds, how it is sent, and that it is harmless."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apikeys import audit_export, expiry, services
from apikeys.actors import Actor
from apikeys.models import AuditEvent
from hrtoolkit.organisations.models import Organisation
from tests.apikeys.audit_log.recording import ANN, LOG, record
from tests.factories import EXAMPLE, OrganisationFactory, generated_key
from tests.people import text

pytestmark = pytest.mark.django_db

EXPORT = "/settings/audit-log/export/"


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
