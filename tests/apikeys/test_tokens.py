"""The key as text (contract, section 2)."""

import hashlib
import pickle
import re
import zlib

import pytest

from apikeys import tokens

EXAMPLES = [
    "yhrtk_0123456789ABCDEFGHIJKLMNOPQRSTUV19jDd0",
    "yhrtk_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz2juj4h",
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_contracts_examples_are_well_formed(example: str) -> None:
    assert tokens.is_well_formed(example)


def test_a_new_token_has_the_contracts_shape() -> None:
    value = tokens.new_token().reveal()
    assert re.match(r"^yhrtk_[0-9A-Za-z]{38}\Z", value)
    assert tokens.is_well_formed(value)


def test_new_tokens_differ() -> None:
    assert len({tokens.new_token().reveal() for _ in range(100)}) == 100


@pytest.mark.parametrize("position", range(44))
def test_a_mistyped_character_is_noticed(position: int) -> None:
    example = EXAMPLES[0]
    other = "x" if example[position] != "x" else "y"
    assert not tokens.is_well_formed(
        example[:position] + other + example[position + 1 :]
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yhrtk_",
        EXAMPLES[0] + "\n",
        " " + EXAMPLES[0],
        EXAMPLES[0][:-1],
        EXAMPLES[0] + "0",
        EXAMPLES[0].replace("0", "\uff10"),  # full-width digits
        "\udcff" * 44,
    ],
)
def test_it_refuses_other_shapes(value: str) -> None:
    assert not tokens.is_well_formed(value)


def test_the_digest_is_the_sha256_of_the_whole_key() -> None:
    token = tokens.new_token()
    assert token.digest == hashlib.sha256(token.reveal().encode()).hexdigest()
    assert tokens.fingerprint(token.digest) == token.digest[:12]


def test_the_checksum_is_padded_with_zeros() -> None:
    body = next(
        body
        for i in range(100_000)
        if (body := f"yhrtk_{i:032}") and zlib.crc32(body.encode()) < 62**5
    )
    assert tokens.checksum(body).startswith("0")
    assert len(tokens.checksum(body)) == 6


def test_a_token_hides_its_value() -> None:
    token = tokens.new_token()
    for text in (repr(token), str(token), f"{token}", repr({"token": token})):
        assert token.reveal() not in text
        assert tokens.fingerprint(token.digest) in text


def test_a_token_cant_be_stored() -> None:
    with pytest.raises(TypeError, match="never stored"):
        pickle.dumps(tokens.new_token())
