"""The only writers of keys: each change and its audit event in one transaction.

Every one of them locks first the organisation's audit chain and then the key,
so that no two wait for each other.
"""

from apikeys.services.generation import AlreadyGenerated, Generated, generate
from apikeys.services.revocation import revoke

__all__ = ["AlreadyGenerated", "Generated", "generate", "revoke"]
