"""What each scope would show today, on the page that generates a key."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apikeys import preview
from apikeys.models import APIKey
from apikeys.scopes import Scope
from hrtoolkit.api.listing import List
from hrtoolkit.api.registry import endpoints
from hrtoolkit.organisations.models import Organisation
from tests.factories import (
    EmployeeFactory,
    GoalFactory,
    LeaveBalanceFactory,
    LeaveRequestFactory,
    generated_key,
)
from tests.people import text

pytestmark = pytest.mark.django_db

GENERATE = "/settings/api-keys/generate/"
LISTS = [endpoint for endpoint in endpoints() if isinstance(endpoint, List)]


def summaries(response: Any) -> list[str]:
    return re.findall("<summary>([^<]*)</summary>", text(response))


def test_each_scope_says_how_many_records_it_would_show(
    browser: Client, organisation: Organisation
) -> None:
    employee, *_ = EmployeeFactory.create_batch(3, organisation=organisation)
    LeaveBalanceFactory(employee=employee)
    LeaveRequestFactory.create_batch(2, employee=employee)
    GoalFactory(employee=employee)
    GoalFactory()  # of another organisation
    assert summaries(browser.get(GENERATE)) == [
        "Today: employees (3)",
        "Today: leave balances (1), leave requests (2)",
        "Today: performance reviews (0), performance goals (1)",
    ]


def test_it_names_every_field_and_no_other(browser: Client) -> None:
    page = text(browser.get(GENERATE))
    shown = re.findall("<dd>(<code>.*?)</dd>", page)
    assert [re.findall("<code>(.*?)</code>", fields) for fields in shown] == [
        list(endpoint.representation.__struct_fields__)
        for scope in Scope
        for endpoint in LISTS
        if endpoint.scope == scope
    ]


def test_it_counts_no_further_than_it_says(
    browser: Client, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "COUNTED", 2)
    EmployeeFactory.create_batch(2, organisation=organisation)
    assert summaries(browser.get(GENERATE))[0] == "Today: employees (2)"
    EmployeeFactory.create_batch(2, organisation=organisation)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(GENERATE)
    assert summaries(page)[0] == "Today: employees (more than 2)"
    counts = [query["sql"] for query in queries if "COUNT(" in query["sql"]]
    assert len(counts) == len(LISTS)
    assert all("LIMIT 3" in sql for sql in counts)
    # What a list works out for each record isn't worked out to count them.
    assert not any("SUM(" in sql for sql in counts)
    assert len(queries) == 2 + len(LISTS)  # the session, the user, a query a list


def test_thousands_are_easy_to_read() -> None:
    assert preview.in_figures(1234) == "1,234"
    assert preview.in_figures(10_000) == "10,000"
    assert preview.in_figures(10_001) == "more than 10,000"


def test_a_form_that_is_right_counts_nothing(browser: Client) -> None:
    submission_id = "0" * 32
    form = {"name": "One", "scopes": "read:leave", "submission_id": submission_id}
    with CaptureQueriesContext(connection) as queries:
        browser.post(GENERATE, form)
    assert APIKey.objects.count() == 1
    assert not any("COUNT(" in query["sql"] for query in queries)


def test_a_form_that_is_wrong_still_shows_it(browser: Client) -> None:
    assert len(summaries(browser.post(GENERATE, {}))) == len(Scope)


def test_changing_a_key_counts_nothing(
    browser: Client, organisation: Organisation
) -> None:
    key = generated_key(organisation=organisation).api_key
    assert not summaries(browser.get(f"/settings/api-keys/{key.pk}/change/"))
