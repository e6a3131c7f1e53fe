"""Who is calling: from a key to the organisation it belongs to."""

import time
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from django.contrib.auth.backends import BaseBackend
from django.db import models
from django.http import HttpRequest
from django.utils import timezone

from apikeys import tokens
from apikeys.models import APIKey, Outcome
from apikeys.usage.collector import collector
from apikeys.usage.tallies import QUARTER_SECONDS, Tally, Use
from hrtoolkit.api.endpoint import Beside, Caller
from hrtoolkit.api.prepared import Row
from hrtoolkit.api.statements import LeftJoin, Param, Statement
from hrtoolkit.client_address import client_address

KEYS_REMEMBERED = 10_000
CLIENT_HEADER_MAX_LENGTH = 1_000
"""Whatever calls itself something longer hasn't got a name."""


class AuthenticatedKey(msgspec.Struct):
    """A key that works, as the external API's caller.

    The fields are the columns of KEY_OF_DIGEST in their order.
    """

    key_id: int
    name: str
    digest: str
    scope_list: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    allowed_networks: list[str]
    organisation_id: int
    organisation_name: str
    organisation_suspended_at: datetime | None
    beside: Row | None = None

    @property
    def scopes(self) -> frozenset[str]:
        """What the key may read."""
        return frozenset(self.scope_list)

    @property
    def fingerprint(self) -> str:
        """The name by which people tell keys apart."""
        return tokens.fingerprint(self.digest)

    @property
    def works(self) -> bool:
        """Whether the key opens anything at this moment."""
        return not self.has_ended and self.organisation_suspended_at is None

    @property
    def has_ended(self) -> bool:
        """Whether the key was revoked or has expired."""
        return self.revoked_at is not None or (
            self.expires_at is not None and self.expires_at <= timezone.now()
        )


KEY_OF_DIGEST = Statement(
    APIKey.objects.filter(digest=Param("digest", models.CharField()))
    .order_by()
    .values_list(
        "pk",
        "name",
        "digest",
        "scopes",
        "created_at",
        "expires_at",
        "revoked_at",
        "allowed_networks",
        "organisation_id",
        "organisation__name",
        "organisation__suspended_at",
    )
)
"""The key and all that decides whether it works, in one query.

Nothing is kept between two requests, so a revocation holds on every process
from the moment it is committed.
"""


KEY_COLUMNS = len(AuthenticatedKey.__struct_fields__) - 1
ORGANISATION_COLUMN = AuthenticatedKey.__struct_fields__.index("organisation_id")


remembered: dict[str, None] = {}
"""Digests of keys that worked when this process saw them last, the oldest first.

They open nothing: a key among them is looked up like any other, where a stranger
would be turned away without a look.
"""


class APIKeyBackend(BaseBackend):
    """Authenticates an API key. It signs nobody in: a key never opens a page."""

    def remembers(self, api_key: str) -> bool:
        """Whether the key worked when this process saw it last. Costs no query."""
        return tokens.digest(api_key) in remembered

    def authenticate(  # type: ignore[override]  # a key stands in the place of a user
        self,
        request: HttpRequest | None,
        *,
        api_key: str,
        beside: Beside | None = None,
        scope: str | None = None,
        **kwargs: Any,
    ) -> AuthenticatedKey | None:
        """Return the key if it works, else None. A malformed one costs no query.

        ``beside`` is asked for in the same query, of the key's organisation.
        A key that was revoked or has expired is counted, with the ``scope`` that
        it was presented for: someone still uses it.
        """
        if not tokens.is_well_formed(api_key):
            return None
        statement, values = KEY_OF_DIGEST, {"digest": tokens.digest(api_key)}
        if beside:
            statement = joined(beside.statement)
            values |= beside.values
        for row in statement.run(values):
            key = AuthenticatedKey(*row[:KEY_COLUMNS])
            found = row[KEY_COLUMNS:]
            if found and found[0] is not None:
                key.beside = found
            if key.works:
                remember(key.digest)
                return key
            remembered.pop(key.digest, None)
            if request and key.has_ended:
                self.record(request, key, scope, Outcome.REFUSED)
        return None

    def record(
        self, request: HttpRequest, caller: Caller, scope: str | None, outcome: str
    ) -> None:
        """Count how a request with a key ended: cheap, and written later."""
        now = time.time()
        user_agent: str = request.META.get("HTTP_USER_AGENT", "")
        use = Use(
            caller.key_id,
            int(now // QUARTER_SECONDS),
            scope or "",
            outcome,
            client_address(request) or "",
            user_agent if len(user_agent) <= CLIENT_HEADER_MAX_LENGTH else "",
        )
        collector.count(use, Tally(1, now, now))


def remember(digest: str) -> None:
    """Keep the digest of a key that works, of so many at most."""
    if digest in remembered:
        return
    if len(remembered) >= KEYS_REMEMBERED:
        remembered.pop(next(iter(remembered)), None)
    remembered[digest] = None


@cache
def joined(statement: Statement) -> Statement:
    """Return the key and the organisation's row of ``statement`` as one query."""
    return LeftJoin(KEY_OF_DIGEST, statement, on=ORGANISATION_COLUMN)
