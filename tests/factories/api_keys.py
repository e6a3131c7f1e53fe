"""API keys, generated as the product does."""

from collections.abc import Sequence
from typing import Any

from apikeys import services
from apikeys.actors import Actor
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation
from tests.factories.organisations import OrganisationFactory

OPERATOR = Actor(name="Operator of the tests")

EXAMPLE = "yhrtk_0123456789ABCDEFGHIJKLMNOPQRSTUV19jDd0"
"""A key of the right form, which no organisation ever has (contract, section 2)."""


def generated_key(
    *,
    organisation: Organisation | None = None,
    name: str = "Payroll",
    scopes: Sequence[str] = tuple(Scope.values),
    actor: Actor = OPERATOR,
    **kwargs: Any,
) -> services.Generated:
    """Generate a key, with every scope unless told otherwise."""
    return services.generate(
        organisation=organisation or OrganisationFactory.create(),
        name=name,
        scopes=scopes,
        actor=actor,
        **kwargs,
    )


def limited_key(*allowed_networks: str, **kwargs: Any) -> services.Generated:
    """Generate a key that works only from the given addresses."""
    generated = generated_key(**kwargs)
    generated.api_key.allowed_networks = list(allowed_networks)
    generated.api_key.save(update_fields=["allowed_networks"])
    return generated
