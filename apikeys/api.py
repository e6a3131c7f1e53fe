"""The endpoint at which an integration asks about its own key."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest

from apikeys.backends import AuthenticatedKey
from hrtoolkit.api import query
from hrtoolkit.api.answers import Answer, one
from hrtoolkit.api.endpoint import Caller, Endpoint
from hrtoolkit.api.query import Instant
from hrtoolkit.api.records import Representation


class KeyRepresentation(Representation, frozen=True):
    """The key that is calling."""

    name: str
    fingerprint: str
    scopes: list[str]
    created_at: Instant
    expires_at: Instant | None
    organisation: str


@dataclass(frozen=True, kw_only=True)
class KeyEndpoint(Endpoint):
    """Tells the caller about its own key."""

    @property
    def summary(self) -> str:
        return "The key that is calling"

    @property
    def example(self) -> Representation:
        return KeyRepresentation(
            name="Payroll – weekly pay run",
            fingerprint="28c2cd6ef2e3",
            scopes=["read:employees", "read:leave"],
            created_at=datetime(2026, 7, 1, 2, 30, tzinfo=UTC),
            expires_at=None,
            organisation="Harbour Logistics",
        )

    def answer(self, request: HttpRequest, caller: Caller) -> Answer:
        query.parse(request.META.get("QUERY_STRING", ""), self.query)
        assert isinstance(caller, AuthenticatedKey)
        return one(
            KeyRepresentation(
                name=caller.name,
                fingerprint=caller.fingerprint,
                scopes=caller.scope_list,
                created_at=caller.created_at,
                expires_at=caller.expires_at,
                organisation=caller.organisation_name,
            )
        )


ENDPOINTS = [KeyEndpoint(path="key", scope=None)]
