"""What an endpoint answers: the body, its tag, and the headers that belong to it."""

import hashlib

import msgspec

from hrtoolkit.api.pagination import Pagination

ENCODER = msgspec.json.Encoder()
ETAG_BYTES = 16


class Answer(msgspec.Struct):
    """A body, the tag of what it holds, and the headers that belong to it."""

    body: bytes
    etag: str
    headers: dict[str, str] = {}


class One(msgspec.Struct):
    """The body of one object."""

    data: msgspec.Raw


class Page(msgspec.Struct):
    """The body of a list."""

    data: msgspec.Raw
    pagination: Pagination


def one(record: msgspec.Struct) -> Answer:
    """Return the answer that holds one object."""
    data = ENCODER.encode(record)
    return Answer(ENCODER.encode(One(msgspec.Raw(data))), etag(data))


def etag(data: bytes) -> str:
    """Return the tag of an answer's data (RFC 9110, section 8.8.3).

    Weak, because ``as_of`` moves on in an answer whose data stays the same.
    """
    return f'W/"{hashlib.blake2b(data, digest_size=ETAG_BYTES).hexdigest()}"'
