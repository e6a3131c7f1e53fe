"""Whether the answers are the same, value by value."""

import re
from datetime import datetime, timedelta
from typing import Any

from tests.benchmarks.load import Case
from tests.benchmarks.processes import Server

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")
MILLISECOND = timedelta(milliseconds=1)


class DifferentAnswers(Exception):
    """A peer doesn't answer what the product answers: nothing to measure."""


def check(server: Server, cases: list[Case]) -> int:
    """Compare the first case's answer with the others'; return how many records."""
    ours, *peers = cases
    expected = records(server, ours)
    for peer in peers:
        found = records(server, peer)
        if len(found) != len(expected):
            raise DifferentAnswers(
                f"{peer.path}: {len(found)} records, not {len(expected)}"
            )
        for here, there in zip(expected, found, strict=True):
            compare(peer.path, here, there)
    return len(expected)


def records(server: Server, case: Case) -> list[dict[str, Any]]:
    """Return what a case answers: the records of a list, or one alone."""
    answer = server.get(case.path, case.keys[0])
    if answer.status != case.status:
        raise DifferentAnswers(f"{case.path}: {answer.status} {answer.body[:200]!r}")
    body = answer.json()
    for envelope in ("data", "results"):
        if envelope in body:
            body = body[envelope]
    return body if isinstance(body, list) else [body]


def compare(path: str, here: dict[str, Any], there: dict[str, Any]) -> None:
    """Compare two records. Raises DifferentAnswers."""
    if here.keys() != there.keys():
        raise DifferentAnswers(f"{path}: the fields {here.keys() ^ there.keys()}")
    for name, value in here.items():
        if not is_same(value, there[name]):
            raise DifferentAnswers(f"{path}: {name} is {there[name]!r}, not {value!r}")


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are one, however written: 7 and "7", Z and +00:00."""
    if one is None or other is None:
        return one is other
    one, other = str(one), str(other)
    if INSTANT.match(one) and INSTANT.match(other):
        # django-ninja, as Django itself, leaves microseconds out.
        return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other)) < (
            MILLISECOND
        )
    return bool(one == other)
