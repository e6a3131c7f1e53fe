"""The key as text: how it is made, checked, and reduced to what may be stored.

Contract, section 2: ``yhrtk_``, 32 random base62 characters, and 6 of
checksum, the CRC-32 of all before it. The checksum lets a secret scanner, and
our own API, tell a mistyped key from a real one without asking the database.
"""

import hashlib
import secrets
import string
import zlib

from hrtoolkit.text import KEY_PREFIX, KEY_SHAPE

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH = 32
CHECKSUM_LENGTH = 6
FINGERPRINT_LENGTH = 12


class Token:
    """A new key's plaintext, on its way to the one page that shows it.

    Its ``repr`` hides the value, so that no log or error report spells it out.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return f"<Token {fingerprint(self.digest)}>"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("A token is never stored.")

    @property
    def digest(self) -> str:
        """What the platform stores of the key."""
        return digest(self._value)

    def reveal(self) -> str:
        """Return the plaintext: only for the page or terminal that shows it once."""
        return self._value


def new_token() -> Token:
    """Return a new random key of about 190 bits."""
    body = KEY_PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return Token(body + checksum(body))


def checksum(body: str) -> str:
    """Return the CRC-32 of ``body`` as 6 base62 characters, padded with zeros."""
    number = zlib.crc32(body.encode("ascii"))
    digits = []
    for _ in range(CHECKSUM_LENGTH):
        number, remainder = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[remainder])
    return "".join(reversed(digits))


def is_well_formed(value: str) -> bool:
    """Whether ``value`` has a key's shape and a true checksum."""
    return (
        KEY_SHAPE.fullmatch(value) is not None
        and checksum(value[:-CHECKSUM_LENGTH]) == value[-CHECKSUM_LENGTH:]
    )


def digest(value: str) -> str:
    """Return the SHA-256 of the whole key in hex, as the database stores it."""
    return hashlib.sha256(value.encode()).hexdigest()


def fingerprint(key_digest: str) -> str:
    """Return the part of a digest by which people tell keys apart."""
    return key_digest[:FINGERPRINT_LENGTH]
