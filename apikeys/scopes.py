"""The scopes: what a key may read.

A scope is declared here and nowhere else. The checklist, its validation, the
admin, the reference and the OpenAPI document follow from this list.
"""

from django.db import models


class Scope(models.TextChoices):
    """Every scope is read-only; its label says what it opens."""

    READ_EMPLOYEES = (
        "read:employees",
        "Names, contact details, jobs, departments and managers of employees",
    )
    READ_LEAVE = "read:leave", "Leave balances and leave requests"
    READ_PERFORMANCE = "read:performance", "Performance reviews and goals"
