"""The keys that a request names, and what it is told where they don't serve."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from apikeys import services
from apikeys.actors import Actor
from apikeys.tokens import new_token
from hrtoolkit.organisations.models import Organisation
from tests.factories import EXAMPLE, generated_key
from tests.integration import get, problem

pytestmark = pytest.mark.django_db

REALM = 'Bearer realm="Your HR Toolkit"'


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic dXNlcjpwYXNz",
        "Bearerx",
        "Token abc",
        f"Digest {EXAMPLE}",
        'Digest username="Mei, Tan", realm="a", qop=auth, nc = 1',
        'Digest realm="pay, roll out", qop=auth',
    ],
)
def test_without_credentials(header: str) -> None:
    response = get("/employees", authorization=header)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == REALM
    problem(response)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "bearer ",
        "Bearer    ",
        f"Bearer {EXAMPLE} {EXAMPLE}",
        f"Bearer {EXAMPLE},{EXAMPLE}",
        f"Bearer {EXAMPLE}, Bearer {EXAMPLE}",
        f"Bearer {EXAMPLE},bearer {EXAMPLE}",
        f"Basic dXNlcjpwYXNz,Bearer {EXAMPLE}",
        "Basic dXNlcjpwYXNz,Basic dXNlcjpwYXNz",
        "Basic dXNlcjpwYXNz, Digest realm=x",
        'Digest a="x, y",Bearer',
        "Basic x, Bearer, Token y",
    ],
)
def test_a_request_that_names_no_key_or_several(header: str) -> None:
    response = get("/employees", authorization=header)
    assert response.status_code == 400
    assert response.headers["WWW-Authenticate"] == f'{REALM}, error="invalid_request"'
    assert EXAMPLE not in problem(response)["detail"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_scheme_is_case_insensitive(
    generated: services.Generated, scheme: str
) -> None:
    header = f"{scheme} {generated.token.reveal()}"
    assert get("/employees", authorization=header).status_code == 200


def dead_keys() -> dict[str, Callable[[services.Generated], str]]:
    def revoked(generated: services.Generated) -> str:
        services.revoke(generated.api_key, actor=Actor("Somebody"))
        return generated.token.reveal()

    def expired(generated: services.Generated) -> str:
        a_year_ago = timezone.now().replace(year=timezone.now().year - 1, day=1)
        dead = generated_key(at=a_year_ago, expires_on=a_year_ago.date().replace(day=3))
        return dead.token.reveal()

    def suspended(generated: services.Generated) -> str:
        Organisation.objects.update(suspended_at=timezone.now())
        return generated.token.reveal()

    return {
        "malformed": lambda generated: "abc",
        "mistyped": lambda generated: generated.token.reveal()[:-1] + "!",
        "too long": lambda generated: "a" * 10_000,
        "unknown": lambda generated: new_token().reveal(),
        "revoked": revoked,
        "expired": expired,
        "suspended": suspended,
    }


@pytest.mark.parametrize("case", dead_keys())
def test_every_key_that_doesnt_work_gets_the_same_answer(
    generated: services.Generated, case: str
) -> None:
    value = dead_keys()[case](generated)
    response = get("/employees", authorization=f"Bearer {value}")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == f'{REALM}, error="invalid_token"'
    assert problem(response) == {
        "type": "urn:yourhrtoolkit:problem:invalid-key",
        "title": "Invalid key",
        "status": 401,
        "detail": "This API key doesn't work. It may be mistyped, expired or revoked:"
        " an org admin can see which, in Settings, API Keys.",
        "request_id": response.headers["X-Request-Id"],
    }


@pytest.mark.parametrize("parameter", ["access_token", "key", "api_key"])
def test_a_key_in_the_query_string(
    generated: services.Generated, parameter: str
) -> None:
    path = f"/employees?{parameter}={generated.token.reveal()}"
    alone = get(path)
    assert alone.status_code == 401
    assert alone.headers["WWW-Authenticate"] == REALM
    beside = get(path, generated.token)
    assert beside.status_code == 400
    assert beside.headers["WWW-Authenticate"] == f'{REALM}, error="invalid_request"'
    for response in (alone, beside):
        assert generated.token.reveal() not in response.content.decode()


def test_a_key_hidden_in_the_query_string(generated: services.Generated) -> None:
    for query in (
        generated.token.reveal(),
        "a=%79" + generated.token.reveal()[1:],
        "ACCESS_TOKEN=x&access_token=abc",
    ):
        response = get(f"/employees?{query}", generated.token)
        assert response.status_code == 400
        assert generated.token.reveal() not in response.content.decode()


def test_a_missing_scope_is_named() -> None:
    response = get("/employees", generated_key(scopes=["read:leave"]).token)
    assert response.status_code == 403
    assert response.headers["WWW-Authenticate"] == (
        f'{REALM}, error="insufficient_scope", scope="read:employees"'
    )
    assert "read:employees" in problem(response)["detail"]
