"""What text people may give us, and what text must never be written down."""

import re
import unicodedata

from django.core.exceptions import ValidationError

KEY_PREFIX = "yhrtk_"
KEY_SHAPE = re.compile(KEY_PREFIX + r"[0-9A-Za-z]{38}")
"""The shape of an API key, wherever in a text it stands."""

# The same as it may stand in an address, percent-encoded however often, or cut off.
WRITTEN_KEY = re.compile(
    "".join(rf"(?:{letter}|%(?:25)*{ord(letter):X})" for letter in KEY_PREFIX)
    + r"(?:[0-9A-Z]|%(?:25)*[0-9A-F]{2})+",
    re.IGNORECASE,
)

# Unicode's control, format (zero-width, bidirectional), surrogate and
# private-use characters: what they show is not what they hold.
REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})

LINE_BREAKS_AND_TABS = dict.fromkeys(map(ord, "\r\n\t"), " ")


def is_printable(character: str) -> bool:
    """Whether a character shows what it holds."""
    return unicodedata.category(character) not in REFUSED_CATEGORIES


def redact(text: str) -> str:
    """Return ``text`` with everything blotted out that begins as a key does."""
    return WRITTEN_KEY.sub(KEY_PREFIX + "[redacted]", text)


def validate_no_key(value: str) -> None:
    """Refuse text that has the shape of an API key.

    Raises ValidationError, whose message doesn't repeat the text.
    """
    if KEY_SHAPE.search(value):
        raise ValidationError(
            "This looks like an API key. Keys are never stored: please take it out.",
            code="key",
        )


def validate_printable(value: str) -> None:
    """Refuse characters that can't be seen. Raises ValidationError."""
    for character in value:
        if not is_printable(character):
            raise ValidationError(
                "The invisible character U+%(code)s can't be used here.",
                code="invisible",
                params={"code": f"{ord(character):04X}"},
            )


def validate_plain_text(value: str) -> None:
    """Refuse what no text field may hold: invisible characters and keys."""
    validate_printable(value)
    validate_no_key(value)


def validate_lines(value: str) -> None:
    """Refuse the same of a text of several lines, where tabs may stand as well."""
    validate_plain_text(value.translate(LINE_BREAKS_AND_TABS))
