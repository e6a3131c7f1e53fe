"""The endpoint at which an integration asks about its own key."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from apikeys.backends import AuthenticatedKey
from hrtoolkit.api import query
from hrtoolkit.api.endpoint import Answer, Caller, Endpoint, Representation, one


class KeyRepresentation(Representation, frozen=True):
    """The key that is calling."""

    name: str
    fingerprint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    organisation: str


@dataclass(frozen=True, kw_only=True)
class KeyEndpoint(Endpoint):
    """Tells the caller about its own key."""

    def answer(self, request: HttpRequest, caller: Caller) -> Answer:
        query.parse(request.META.get("QUERY_STRING", ""), query.Query)
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
