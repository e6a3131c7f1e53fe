"""How one key is held while it changes."""

from apikeys import audit
from apikeys.models import APIKey


class NotActive(Exception):
    """The key is expired or revoked, so this can't be done with it any more."""

    def __init__(self, api_key: APIKey) -> None:
        super().__init__(f"The key is {api_key.status}.")
        self.api_key = api_key


def lock(api_key: APIKey) -> APIKey:
    """Return the key as it now stands, locked until the transaction ends."""
    organisation = api_key.organisation
    audit.lock_chain(organisation)
    # Use that is written meanwhile refers to the key, and need not wait.
    return organisation.api_keys.select_for_update(no_key=True).get(pk=api_key.pk)
