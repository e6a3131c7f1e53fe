"""The only writers of keys: each change and its audit event in one transaction.

Every one of them locks first the organisation's audit chain and then the key,
so that no two wait for each other.
"""

from apikeys.services.details import ChangedMeanwhile, change, remove_scope, version
from apikeys.services.generation import AlreadyGenerated, Generated, generate
from apikeys.services.locks import NotActive
from apikeys.services.revocation import revoke
from apikeys.services.rotation import AlreadyRotated, check_rotatable, rotate

__all__ = [
    "AlreadyGenerated",
    "AlreadyRotated",
    "ChangedMeanwhile",
    "Generated",
    "NotActive",
    "change",
    "check_rotatable",
    "generate",
    "remove_scope",
    "revoke",
    "rotate",
    "version",
]
