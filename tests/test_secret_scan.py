"""The scan of the repository finds what it has to find."""

import pytest

from apikeys.tokens import new_token
from tests.secret_scan import EXAMPLES, found


def test_a_real_key_of_ours_is_found_by_its_checksum() -> None:
    value = new_token().reveal()
    assert list(found(f'API_KEY = "{value}"')) == ["API key of ours"]
    mistyped = value[:-1] + ("a" if value[-1] != "a" else "b")
    assert not list(found(mistyped))
    assert not list(found("yhrtk_" + "a" * 38))
    assert not list(found(" ".join(EXAMPLES)))


@pytest.mark.parametrize(
    "parts",
    [
        ("-----BEGIN RSA ", "PRIVATE KEY-----"),
        ("AKIA", "ABCDEFGHIJKLMNOP"),
        ("ghp_", "a" * 36),
        ("github_pat_", "a" * 50),
        ("glpat-", "a" * 20),
        ("AIza", "a" * 35),
        ("xoxb-", "1" * 12),
        ("sk_live_", "a" * 24),
        ("eyJhbGciOiJIUzI1", "NiJ9.eyJzdWIiOiIxMjM0NTY3.c2lnbmF0dXJl"),
        ("SECRET_KEY=", "0123456789abcdefghij"),
    ],
)
def test_other_secrets_are_found_by_their_shape(parts: tuple[str, str]) -> None:
    # Put together here, so that the scan doesn't find them in this file.
    assert len(list(found("".join(parts)))) == 1
    assert not list(found(parts[1]))
