"""Address ranges, as people write them."""

import pytest
from django.core.exceptions import ValidationError

from apikeys.networks import normalised


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], []),
        (["", "  "], []),
        (["203.0.113.9"], ["203.0.113.9/32"]),
        ([" 203.0.113.0/24 "], ["203.0.113.0/24"]),
        (["10.0.0.0/255.0.0.0"], ["10.0.0.0/8"]),
        (["2001:DB8:0::/48"], ["2001:db8::/48"]),
        (["2001:db8::1"], ["2001:db8::1/128"]),
        (["::ffff:10.0.0.1"], ["10.0.0.1/32"]),
        (["::ffff:10.0.0.0/104"], ["10.0.0.0/8"]),
        (["::1", "10.2.0.0/16", "10.1.0.1"], ["10.1.0.1/32", "10.2.0.0/16", "::1/128"]),
        (["10.0.0.1", "10.0.0.1/32"], ["10.0.0.1/32"]),
        ([f"10.0.0.{n}" for n in range(50)], [f"10.0.0.{n}/32" for n in range(50)]),
    ],
)
def test_a_range_has_one_spelling(lines: list[str], expected: list[str]) -> None:
    assert normalised(lines) == expected
    assert normalised(expected) == expected


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["10.0.0.1", "", "office"], "Line 3 is neither an address nor a range"),
        (["10.0.0"], "Line 1 is neither"),
        (["010.0.0.1"], "Line 1 is neither"),
        (["10.0.0.1 10.0.0.2"], "Line 1 is neither"),
        (["10.0.0.0/33"], "Line 1 is neither"),
        (["10.0.0.0/" + "9" * 5000], "Line 1 is neither"),
        (["fe80::1%eth0"], "Line 1 is neither"),
        (["\x00"], "Line 1 is neither"),
        (["\udcff"], "Line 1 is neither"),
        (["1"], "Line 1 is neither"),
        (["10.1.2.3/24"], "Write 10.1.2.0/24 for all of it, or 10.1.2.3 for this one"),
        (["2001:db8::1/32"], "Write 2001:db8::/32 for all of it"),
        (["::ffff:10.1.2.3/120"], "Write 10.1.2.0/24 for all of it"),
        (["0.0.0.0/0"], "Line 1 holds every address"),
        (["10.0.0.1/0"], "Line 1 holds every address"),
        (["::/0"], "Line 1 holds every address"),
        (["::ffff:0:0/96"], "Line 1 holds every address"),
        ([f"10.0.0.{n}" for n in range(51)], "Use at most 50 lines."),
    ],
)
def test_what_is_none_is_named_by_its_line(lines: list[str], message: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        normalised(lines)
    [said] = refusal.value.messages
    assert message in said


def test_every_line_that_is_wrong_is_named() -> None:
    with pytest.raises(ValidationError) as refusal:
        normalised(["office", "10.0.0.1", "home"])
    assert [said[:6] for said in refusal.value.messages] == ["Line 1", "Line 3"]
