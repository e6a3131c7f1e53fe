"""Whatever is sent, nothing fails: no 5xx, no traceback.

The examples are made up anew at each change of a test, and the same at each
run of it.
"""

import logging
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apikeys import tokens
from apikeys.models import APIKey
from apikeys.services import Generated
from hrtoolkit.api import limits
from hrtoolkit.api.registry import endpoints
from hrtoolkit.organisations.models import User
from tests.factories import UserFactory, generated_key, one_of_each_record

pytestmark = pytest.mark.django_db

IN_ADMIN = re.compile(r"^/admin/(apikeys|employees|organisations)/(\w+)/1/")
FORM = "application/x-www-form-urlencoded"
LISTS = ("/settings/api-keys/", "/settings/audit-log/")
BACKEND = "hrtoolkit.organisations.backends.UserBackend"

FEW = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
MANY = settings(FEW, max_examples=500)

# A header is bytes, which the server hands on as Latin-1.
HEADER = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"))
NASTY = st.sampled_from(
    [
        "\0",
        "\ud800",
        "\x85",
        "9" * 30,
        "-1",
        "1e400",
        "NaN",
        "٣",
        "2027-02-30",
        "0001-01-01",
        "9999-12-31T23:59:60+14:00",
        "' OR 1=1 --",
        "%s%n{0}",
        "<script>",
        "::ffff:10.0.0.1/128",
        "a" * 5_000,
    ]
)
TEXT = st.text(st.characters()) | NASTY


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """See that nobody catches a failure and answers as if there were none."""
    yield
    errors = [r for r in caplog.records if r.levelno >= logging.ERROR and r.exc_info]
    assert not errors, errors


# The external API


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> Generated:
    monkeypatch.setattr(limits, "REQUESTS_PER_MINUTE", 1_000_000)
    generated = generated_key()
    one_of_each_record(generated.api_key.organisation)
    return generated


def ask(path: str, query: str = "", **headers: str) -> int:
    """Send what the server would hand on, and return the status of a JSON answer."""
    environ = {"PATH_INFO": path, "QUERY_STRING": query, **headers}
    response = Client(raise_request_exception=False).request(**environ)
    assert "json" in response.headers.get("Content-Type", "json")
    return response.status_code


@MANY
@given(st.data())
def test_any_header_is_answered(generated: Generated, data: st.DataObject) -> None:
    good = f"Bearer {generated.token.reveal()}"
    cut = data.draw(st.integers(0, len(good)))
    authorization = data.draw(
        HEADER | st.builds(lambda x: good[:cut] + x + good[cut:], HEADER)
    )
    names = ["IF_NONE_MATCH", "USER_AGENT", "COOKIE", "HOST", "X_FORWARDED_FOR"]
    some = st.dictionaries(st.sampled_from([f"HTTP_{n}" for n in names]), HEADER)
    headers = data.draw(some) | {"HTTP_AUTHORIZATION": authorization}
    status = ask("/api/external/employees", **headers)
    assert status in (200, 304, 400, 401)


@MANY
@given(HEADER | TEXT)
def test_any_text_is_no_key(text: str) -> None:
    assert not tokens.is_well_formed(text)


@MANY
@given(st.data())
def test_any_address_and_query_are_answered(
    generated: Generated, data: st.DataObject
) -> None:
    known = sorted(endpoint.path for endpoint in endpoints())
    names = st.sampled_from(
        ["limit", "cursor", "updated_since", "from", "to", "status", "employee_id"]
    )
    path = data.draw(
        st.sampled_from(known)
        | st.builds("{}/{}".format, st.sampled_from(known), HEADER)
        | HEADER
    )
    values = st.builds(lambda x: quote(x, errors="surrogatepass"), TEXT) | HEADER
    pairs = data.draw(st.lists(st.tuples(names | HEADER, values), max_size=4))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    authorization = f"Bearer {generated.token.reveal()}"
    status = ask(f"/api/external/{path}", query, HTTP_AUTHORIZATION=authorization)
    assert status in (200, 400, 404, 414)


@MANY
@given(st.data())
def test_any_cursor_is_answered(generated: Generated, data: st.DataObject) -> None:
    client = Client(headers={"authorization": f"Bearer {generated.token.reveal()}"})
    one_of_each_record(generated.api_key.organisation)
    page = client.get("/api/external/employees?limit=1").json()["pagination"]
    cursor = list(page["next_cursor"])
    alphabet = st.sampled_from("abcXYZ019-_=%+/ \0")
    for _ in range(data.draw(st.integers(1, 4))):
        cursor[data.draw(st.integers(0, len(cursor) - 1))] = data.draw(alphabet)
    changed = "".join(cursor)
    response = client.get("/api/external/employees", {"limit": "1", "cursor": changed})
    if response.status_code != 400:
        # In Base64 two texts can say the same.
        assert decoded(changed) == decoded(page["next_cursor"])
        assert response.status_code == 200


def decoded(cursor: str) -> bytes:
    return urlsafe_b64decode(cursor + "==")


# The pages


class Fields(HTMLParser):
    """The fields of a page's forms, with their values."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name = found.get("name")
        if tag in ("input", "select", "textarea", "button") and name:
            self.values.setdefault(name, found.get("value") or "")


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Yield an address for every route of the site map, ids being 1."""
    for entry in resolver.url_patterns:
        route = prefix + re.sub(r"^\^|\$$", "", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        elif isinstance(entry, URLPattern):
            route = re.sub(r"\(\?P<\w+>([^|)]*)[^)]*\)", r"\1", route)
            yield re.sub(r"<[^>]+>", "1", route)


@dataclass(frozen=True)
class Pages:
    """Every address that a person may open, with the fields of its forms."""

    user: User
    known: list[tuple[str, dict[str, str]]]


@pytest.fixture
def everyones_pages() -> dict[str, Pages]:
    key = generated_key().api_key
    # With one key alone, the list has no filters.
    generated_key(organisation=key.organisation)
    one_of_each_record(key.organisation)
    org_admin = UserFactory(org_admin=True, organisation=key.organisation)
    return {
        "org_admin": pages_of(org_admin, key),
        "staff": pages_of(UserFactory(staff=True), key),
    }


def pages_of(user: User, key: APIKey) -> Pages:
    """Open every page once."""
    client = client_of(user)
    known = []
    for address in addresses(get_resolver()):
        if user.is_staff == address.startswith("/admin/"):
            path = IN_ADMIN.sub(of_a_record, address).replace("/1/", f"/{key.pk}/")
            answer = client.get(path)
            page = answer.content.decode() if not answer.streaming else ""
            known.append((path, Fields(page).values))
    return Pages(user, known)


def of_a_record(found: re.Match[str]) -> str:
    """Return the address of the first record of an admin page's model."""
    app, model = found.groups()
    record = apps.get_model(app, model)._default_manager.order_by("pk").first()
    return f"/admin/{app}/{model}/{record.pk if record else 0}/"


def client_of(user: User) -> Client:
    """Return a browser in which a person is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


def encoded(form: dict[str, str]) -> str:
    """Return a form as a browser sends it, if it lets through what is no text."""
    return urlencode(form, errors="surrogatepass")


@pytest.mark.parametrize("who", ["org_admin", "staff"])
@FEW
@given(st.data())
def test_any_form_is_answered(
    everyones_pages: dict[str, Pages], who: str, data: st.DataObject
) -> None:
    pages = everyones_pages[who]
    client = client_of(pages.user)
    path, fields = data.draw(st.sampled_from(pages.known))
    names = st.sampled_from(sorted(fields)) | TEXT if fields else TEXT
    values = TEXT | st.sampled_from(["", *sorted(set(fields.values()))])
    changed = data.draw(st.dictionaries(names, values, max_size=4))
    sent = encoded(fields | changed)
    # Every example finds what there was at first.
    with transaction.atomic():
        if data.draw(st.booleans()):
            answer = client.get(f"{path}?{sent}")
        else:
            answer = client.post(path, sent, content_type=FORM)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (path, changed)


@FEW
@given(st.data())
def test_any_filter_is_answered(
    everyones_pages: dict[str, Pages], data: st.DataObject
) -> None:
    pages = everyones_pages["org_admin"]
    client = client_of(pages.user)
    lists = [known for known in pages.known if known[0] in LISTS]
    path, fields = data.draw(st.sampled_from(lists))
    # The place where the next page begins stands in links alone.
    names = st.sampled_from([*sorted(fields), "status", "health", "after", "key"])
    sent = encoded(data.draw(st.dictionaries(names, TEXT, max_size=3)))
    assert client.get(f"{path}?{sent}").status_code in (200, 400, 414)
