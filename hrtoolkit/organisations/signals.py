"""What the organisations app announces; the audit trail listens."""

from django.dispatch import Signal

role_changed = Signal()
"""Sent in the transaction that changes a user's role.

Arguments: ``user``, ``organisation`` (where the role is, or was), ``old_role``,
``request``.
"""

staff_acting = Signal()
"""Sent in a transaction in which staff will change something in Django admin, first.

Argument: ``organisations``, those whose ``staff_acted`` or ``role_changed`` may
follow; None stands for the platform.
"""

staff_acted = Signal()
"""Sent in the transaction in which staff changed something in Django admin.

Arguments: ``organisation`` (None for the platform's own things), ``request``,
``did`` ("added", "changed", "deleted", "imported", "moved away"), ``what`` (a
description),
``fields`` (the names of the fields that changed).
"""
