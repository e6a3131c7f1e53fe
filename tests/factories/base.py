"""Factories that tell a type checker what they make."""

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model
from factory.django import DjangoModelFactory

M = TypeVar("M", bound=Model)


class ModelFactory(DjangoModelFactory[M]):
    """Makes and saves a record of the type that stands in the brackets."""

    if TYPE_CHECKING:
        # What comes of calling a factory is a record.
        def __new__(cls, **kwargs: Any) -> M: ...  # type: ignore[misc]
