"""What the organisations app announces; the audit log listens."""

from django.dispatch import Signal

role_changed = Signal()
"""Sent in the transaction that changes a user's role.

Arguments: ``user``, ``organisation`` (where the role is, or was), ``old_role``,
``request``.
"""

change_begins = Signal()
"""Sent first in a transaction that ends with another of these signals.

An import takes seconds, and so sends it last, just before the other.
Argument: ``organisations``, those that the other may be about; None stands for
the platform.
"""

staff_acted = Signal()
"""Sent in the transaction in which staff changed something in Django admin.

Arguments: ``organisation`` (None for the platform's own things), ``request``,
``did`` ("added", "changed", "deleted", "imported", "moved away"), ``what`` (a
description),
``fields`` (the names of the fields that changed).
"""

sign_in_failed = Signal()
"""Sent in the transaction that counts a failure to sign in.

Of an account that doesn't exist as well, with a user who has no name: what the
receivers write is then taken back. Arguments: ``user``, ``request``,
``locked_out`` (whether it was one failure too many).
"""

password_changed = Signal()
"""Sent in the transaction in which people set a new password of their own.

Arguments: ``user``, ``request``, ``how`` ("changed", "reset by email").
"""

second_factor_changed = Signal()
"""Sent in the transaction that changes a person's second factor.

Arguments: ``user``, ``request``, ``did`` ("set up", "turned off", "recovery code
used").
"""

security_changed = Signal()
"""Sent in the transaction in which an org admin changed the security settings.

Arguments: ``organisation``, ``request``.
"""
