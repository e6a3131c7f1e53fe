"""Which requests count as a use of a key, and of which caller."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone
from pytest_django import Settings

from apikeys import services
from apikeys.models import KeyUse
from apikeys.usage import collector as collecting
from apikeys.usage.collector import collector
from hrtoolkit.api.problems import too_many_requests
from hrtoolkit.organisations.models import Organisation
from tests.apikeys.usage.tallying import failing, uses
from tests.integration import get

pytestmark = pytest.mark.django_db


def test_an_answer_counts_for_its_scope(generated: services.Generated) -> None:
    agent = {"user-agent": "payroll-sync/2.1"}
    for path, status in (
        ("/employees", 200),
        ("/employees", 200),
        ("/employees/1", 404),
        ("/employees?limit=0", 400),
        ("/key", 200),
    ):
        assert get(path, generated.token, **agent).status_code == status
    etag = get("/key", generated.token, **agent).headers["ETag"]
    headers = {"if-none-match": etag}
    assert get("/key", generated.token, "HEAD", **headers, **agent).status_code == 304
    assert not KeyUse.objects.exists()
    collector.flush()
    assert sorted(uses()) == [
        ("", "answered", "127.0.0.1", "payroll-sync/2.1", 3),
        ("read:employees", "answered", "127.0.0.1", "payroll-sync/2.1", 4),
    ]
    [use] = KeyUse.objects.filter(scope="")
    assert use.first_at < use.last_at <= timezone.now()


def test_what_isnt_answered_for_a_key_doesnt_count(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    get("/employees")
    get("/employees", authorization="Bearer abc")
    get("/nothing", generated.token)
    get("/employees", generated.token, "POST")
    get("/employees", generated.token, "OPTIONS")
    with monkeypatch.context() as patch:
        patch.setattr("hrtoolkit.api.listing.List.answer", lambda *args: 1 / 0)
        assert get("/employees", generated.token).status_code == 500
    with monkeypatch.context() as patch:
        patch.setattr("hrtoolkit.api.limits.count", failing(too_many_requests(1, 1)))
        assert get("/employees", generated.token).status_code == 429
    Organisation.objects.update(suspended_at=timezone.now())
    assert get("/employees", generated.token).status_code == 401
    collector.flush()
    assert not uses()


def test_midnight_between_two_writings_parts_the_days(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime(2026, 3, 31, 13, 0, tzinfo=UTC).timestamp()  # in Sydney
    for now in (midnight - 1, midnight + 1, midnight + 2):
        with monkeypatch.context() as patch:
            patch.setattr("apikeys.backends.time.time", lambda now=now: now)
            assert get("/key", generated.token).status_code == 200
    collector.flush()
    assert list(KeyUse.objects.order_by("day").values_list("day", "requests")) == [
        (date(2026, 3, 31), 1),
        (date(2026, 4, 1), 2),
    ]


def test_memory_holds_only_so_many_callers(
    generated: services.Generated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MAX_TALLIES", 3)
    for name in "abcdea":
        get("/key", generated.token, **{"user-agent": name})
    assert len(collector.tallies) == 4
    collector.flush()
    assert sum(requests for *_, requests in uses()) == 6
    assert ("", "answered", "", "", 2) in uses()


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ("sync/1 ¶ é", "sync/1 ¶ é"),
        ("a\x00\u202e\ud800b", "ab"),
        ("a" * 1000, "a" * 300),
        ("a" * 1001, ""),
        ("yhrtk_" + "a" * 38, "yhrtk_[redacted]"),
    ],
)
def test_a_clients_name_is_fit_to_be_kept(
    generated: services.Generated, header: str, client: str
) -> None:
    get("/key", generated.token, **{"user-agent": header})
    collector.flush()
    assert [name for *_, name, _ in uses()] == [client]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("1.1.1.1, ::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:DB8:0::1", "2001:db8::1"),
        ("fe80::1%eth0" + "x" * 100, "fe80::1"),
        ("unknown", ""),
    ],
)
def test_the_address_is_the_clients(
    generated: services.Generated, settings: Settings, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXY_HOPS = 1
    get("/key", generated.token, **{"x-forwarded-for": forwarded})
    collector.flush()
    assert [ip for _, _, ip, _, _ in uses()] == [address]
