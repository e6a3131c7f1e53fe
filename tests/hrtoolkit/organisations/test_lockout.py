"""Whoever guesses passwords is locked out, and learns nothing on the way."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from apikeys.models import AuditAction, AuditEvent
from apikeys.tokens import new_token
from hrtoolkit.organisations.models import User
from hrtoolkit.organisations.sign_in.lockout import (
    ACCOUNT_LIMIT,
    ADDRESS_LIMIT,
    DURATION,
)
from tests.factories import PASSWORD, UserFactory, generated_key
from tests.integration import get
from tests.people import LetPass, sign_in, text
from tests.test_secrets import dump

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "203.0.113.9", "203.0.113.10"


@pytest.fixture
def user() -> User:
    return UserFactory(org_admin=True)


def attempt(name: User | str, password: str = "wrong", address: str = HERE) -> int:
    return int(
        sign_in(Client(REMOTE_ADDR=address), name, password=password).status_code
    )


def lock_account(name: User | str) -> None:
    for number in range(ACCOUNT_LIMIT):
        attempt(name, address=f"198.51.100.{number}")


def lock_address(address: str = HERE) -> None:
    for number in range(ADDRESS_LIMIT):
        attempt(f"person-{number}@nowhere.example", address=address)


def test_an_account_is_locked_for_a_while(user: User, let_pass: LetPass) -> None:
    for number in range(1, ACCOUNT_LIMIT):
        assert attempt(user, address=f"198.51.100.{number}") == 200
    assert attempt(user) == 429
    assert attempt(user, PASSWORD, ELSEWHERE) == 429
    assert attempt(UserFactory(), PASSWORD) == 302
    let_pass(DURATION + timedelta(seconds=1))
    assert attempt(user, PASSWORD) == 302


def test_a_name_is_the_same_account_however_it_is_written(user: User) -> None:
    for number in range(ACCOUNT_LIMIT):
        name = user.email.upper() if number % 2 else f" {user.email} "
        attempt(name, address=f"198.51.100.{number}")
    assert attempt(user, PASSWORD) == 429


def test_attempts_while_it_is_locked_make_it_no_longer(
    user: User, let_pass: LetPass
) -> None:
    lock_account(user)
    let_pass(DURATION - timedelta(seconds=30))
    assert attempt(user) == 429
    let_pass(timedelta(seconds=31))
    assert attempt(user, PASSWORD) == 302


def test_an_address_is_locked_for_a_while(user: User, let_pass: LetPass) -> None:
    for number in range(1, ADDRESS_LIMIT):
        assert attempt(f"person-{number}@nowhere.example") == 200
    assert attempt("another@nowhere.example") == 429
    assert attempt(user, PASSWORD) == 429
    assert attempt(user, PASSWORD, ELSEWHERE) == 302
    let_pass(DURATION + timedelta(seconds=1))
    assert attempt(user, PASSWORD) == 302


def test_a_network_that_one_machine_has_is_one_address(user: User) -> None:
    for number in range(ADDRESS_LIMIT):
        attempt(f"person-{number}@nowhere.example", address=f"2001:db8:1:2::{number:x}")
    assert attempt(user, PASSWORD, "2001:db8:1:2:ffff::1") == 429
    assert attempt(user, PASSWORD, "2001:db8:1:3::1") == 302


def test_no_header_makes_it_another_address(user: User) -> None:
    for number in range(ADDRESS_LIMIT):
        client = Client(
            REMOTE_ADDR=HERE, headers={"x-forwarded-for": f"10.0.0.{number}"}
        )
        sign_in(client, f"person-{number}@nowhere.example")
    assert attempt(user, PASSWORD) == 429


def test_a_header_counts_that_a_proxy_of_ours_has_written(
    user: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXY_HOPS = 1
    for number in range(ADDRESS_LIMIT):
        client = Client(REMOTE_ADDR=HERE, headers={"x-forwarded-for": ELSEWHERE})
        sign_in(client, f"person-{number}@nowhere.example")
    client = Client(REMOTE_ADDR=HERE, headers={"x-forwarded-for": "203.0.113.11"})
    assert sign_in(client, user).status_code == 302


def test_people_without_an_address_share_no_limit(user: User) -> None:
    lock_address("")
    assert attempt(user, PASSWORD, "") == 302


def test_signing_in_forgets_what_was_mistyped(user: User) -> None:
    for _ in range(3):
        for _ in range(ACCOUNT_LIMIT - 1):
            assert attempt(user) == 200
        assert attempt(user, PASSWORD) == 302


def test_ones_own_account_unlocks_no_address(user: User) -> None:
    attacker = UserFactory()
    for number in range(ADDRESS_LIMIT - 1):
        attempt(f"person-{number}@nowhere.example")
        assert attempt(attacker, PASSWORD) == 302
    assert attempt("another@nowhere.example") == 429


def test_the_page_says_what_to_do(user: User) -> None:
    lock_account(user)
    response = sign_in(Client(), user, PASSWORD)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == str(15 * 60)
    assert "no-store" in response.headers["Cache-Control"]
    page = text(response)
    for expected in ("15 minutes", "/login/forgotten/", "API keys keep working"):
        assert expected in page
    assert user.email not in page


def test_an_unknown_account_is_locked_with_the_same_words(user: User) -> None:
    pages = []
    for name in (user.email, "nobody@harbour.example"):
        lock_account(name)
        response = sign_in(Client(), name)
        assert response.status_code == 429
        pages.append(text(response))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("who", ["known", "unknown", "inactive", "suspended"])
def test_every_account_costs_one_hash_and_gets_the_same_words(
    user: User, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if who == "inactive":
        User.objects.update(is_active=False)
    elif who == "suspended":
        assert user.organisation
        user.organisation.suspended_at = timezone.now()
        user.organisation.save()
    hashed: list[str] = []
    encode = hashers.MD5PasswordHasher.encode

    def counting(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counting)
    name = "nobody@harbour.example" if who == "unknown" else user.email
    password = "wrong" if who == "known" else PASSWORD
    response = sign_in(Client(), name, password)
    assert response.status_code == 200
    assert "This email address and password don’t go together" in text(response)
    assert hashed == [password]


def statements(name: User | str) -> list[str]:
    """Return what a failure asks of the database: each verb and table."""
    with CaptureQueriesContext(connection) as queries:
        attempt(name)
    words = re.compile(r"^\w+|(?<=\")(?:apikeys|axes|organisations)_\w+(?=\")")
    return [" ".join(words.findall(query["sql"])[:2]) for query in queries]


def test_the_database_is_asked_the_same_of_every_account(user: User) -> None:
    attempt(UserFactory(staff=True))
    for name in (user, "nobody@harbour.example"):
        attempt(name)
    known, unknown = statements(user), statements("nobody@harbour.example")
    assert "INSERT apikeys_auditevent" in known
    assert "ROLLBACK" in unknown
    savepoints = {"SAVEPOINT", "RELEASE", "ROLLBACK"}
    assert [words for words in unknown if words not in savepoints] == [
        words for words in known if words not in savepoints
    ]


def test_the_last_failure_is_recorded_as_a_lockout_and_later_ones_not_at_all(
    user: User,
) -> None:
    lock_account(user)
    attempt(user)
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == [AuditAction.SIGN_IN_FAILED] * ACCOUNT_LIMIT + [
        AuditAction.LOCKED_OUT
    ]


def test_what_was_typed_or_sent_is_stored_nowhere(
    user: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    typed = ("hunter2 in the wrong field", "hunter2-in-the-right-one", "hunter2-sent")
    client = Client(headers={"user-agent": typed[2], "accept": typed[2]})
    for _ in range(ACCOUNT_LIMIT + 1):
        for name in (typed[0], user.email):
            form = {"username": name, "password": typed[1], typed[2]: typed[2]}
            client.post(f"/login/?{typed[2]}={typed[2]}", form)
    assert AccessAttempt.objects.count() == 2
    found = repr(list(AccessAttempt.objects.values())) + caplog.text
    for secret in (*typed, user.email):
        assert secret not in found
    for secret in typed[:2]:
        assert secret not in dump()


def test_old_failures_are_thrown_away(user: User, let_pass: LetPass) -> None:
    lock_account("nobody@harbour.example")
    let_pass(DURATION + timedelta(seconds=1))
    attempt(user)
    assert AccessAttempt.objects.count() == 1


def test_a_hundred_bad_keys_leave_sign_in_untouched(user: User) -> None:
    for _ in range(100):
        assert get("/key", new_token()).status_code == 401
    assert not AccessAttempt.objects.exists()
    assert sign_in(Client(), user).status_code == 302


def test_a_locked_out_address_reads_with_a_good_key(user: User) -> None:
    token = generated_key(organisation=user.organisation).token
    lock_address("127.0.0.1")
    lock_account(user)
    assert sign_in(Client(), user).status_code == 429
    assert get("/key", token).status_code == 200
