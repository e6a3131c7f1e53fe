"""Organisations, and the people who sign in."""

from typing import Any

from factory.declarations import Sequence, SubFactory, Trait

from hrtoolkit.organisations.models import Organisation, Role, User
from tests.factories.base import ModelFactory

PASSWORD = "a long password of the tests"


class OrganisationFactory(ModelFactory[Organisation]):
    """An organisation in Sydney."""

    name = Sequence(lambda n: f"Organisation {n}")
    slug = Sequence(lambda n: f"organisation-{n}")

    class Meta:
        model = Organisation


class UserFactory(ModelFactory[User]):
    """A person, an employee unless a trait says more, who signs in with PASSWORD."""

    email = Sequence(lambda n: f"person-{n}@hrtoolkit.example")
    first_name = "Robin"
    last_name = Sequence(lambda n: f"Person {n}")
    password = PASSWORD
    organisation = SubFactory(OrganisationFactory)
    role = Role.EMPLOYEE

    class Meta:
        model = User

    class Params:
        employee = Trait(role=Role.EMPLOYEE)
        manager = Trait(role=Role.MANAGER)
        org_admin = Trait(role=Role.ORG_ADMIN)
        staff = Trait(organisation=None, role="", is_staff=True, is_superuser=True)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **kwargs)
