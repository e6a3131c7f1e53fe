"""Whatever is sent to the external API, nothing fails: no 5xx, no traceback."""

from base64 import urlsafe_b64decode
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from apikeys import tokens
from apikeys.services import Generated
from hrtoolkit.api import limits
from hrtoolkit.api.registry import endpoints
from tests.factories import generated_key, one_of_each_record
from tests.faults.fuzz.examples import FEW, TEXT

pytestmark = pytest.mark.django_db

MANY = settings(FEW, max_examples=500)

# A header is bytes, which the server hands on as Latin-1.
HEADER = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"))


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
