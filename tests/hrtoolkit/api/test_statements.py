"""Querysets whose SQL is kept."""

from typing import Any

import pytest
from django.db import (
    DatabaseError,
    NotSupportedError,
    OperationalError,
    connection,
    models,
)
from django.db.models.functions import Abs

from hrtoolkit.api.statements import Param, Statement
from hrtoolkit.organisations.models import Organisation
from tests.factories import OrganisationFactory

NAME_OF_SLUG = Organisation.objects.filter(
    slug=Param("slug", models.CharField())
).values_list("name")


@pytest.mark.django_db
def test_a_statement_runs_with_any_value() -> None:
    statement = Statement(NAME_OF_SLUG)
    for slug in ("one", "two", "it's", "%s", '"'):
        OrganisationFactory(slug=slug, name=f"Organisation {slug}")
    for slug in ("one", "two", "it's", "%s", '"'):
        assert statement.run({"slug": slug}) == [(f"Organisation {slug}",)]
    assert statement.run({"slug": "three"}) == []


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_fails_leaves_the_connection_usable() -> None:
    OrganisationFactory()
    number = Param("number", models.BigIntegerField())
    statement = Statement(Organisation.objects.values_list(Abs(number)))
    for _ in range(2):
        assert statement.run({"number": -7}) == [(7,)]
        with pytest.raises(DatabaseError):
            statement.run({"number": -(2**63)})


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_cant_be_prepared_leaves_the_connection_usable() -> None:
    OrganisationFactory(slug="one", name="One")
    unknown = models.Func(function="unknown", output_field=models.TextField())
    with pytest.raises(DatabaseError):
        Statement(Organisation.objects.values_list(unknown)).run({})
    assert Statement(NAME_OF_SLUG).run({"slug": "one"}) == [("One",)]


def failing_fetch(
    monkeypatch: pytest.MonkeyPatch,
    *,
    usable: bool,
    error: type[DatabaseError] = OperationalError,
) -> list[Statement]:
    """Make the first fetch fail, and return what is fetched."""
    fetched: list[Statement] = []
    fetch = Statement.fetch

    def failing(statement: Statement, *args: Any) -> Any:
        fetched.append(statement)
        if len(fetched) == 1:
            raise error
        return fetch(statement, *args)

    monkeypatch.setattr(Statement, "fetch", failing)
    monkeypatch.setattr(connection, "is_usable", lambda: usable)
    return fetched


@pytest.mark.django_db(transaction=True)
def test_a_read_is_tried_again_when_the_connection_was_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    OrganisationFactory(slug="one", name="One")
    fetched = failing_fetch(monkeypatch, usable=False)
    assert Statement(NAME_OF_SLUG).run({"slug": "one"}) == [("One",)]
    assert len(fetched) == 2


@pytest.mark.django_db(transaction=True)
def test_a_read_is_tried_again_when_a_migration_changed_a_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched = failing_fetch(monkeypatch, usable=True, error=NotSupportedError)
    assert Statement(NAME_OF_SLUG).run({"slug": "one"}) == []
    assert len(fetched) == 2


@pytest.mark.django_db(transaction=True)
def test_a_read_that_failed_on_a_good_connection_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched = failing_fetch(monkeypatch, usable=True)
    with pytest.raises(OperationalError):
        Statement(NAME_OF_SLUG).run({"slug": "one"})
    assert len(fetched) == 1


@pytest.mark.django_db
def test_a_read_inside_a_transaction_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched = failing_fetch(monkeypatch, usable=False)
    with pytest.raises(OperationalError):
        Statement(NAME_OF_SLUG).run({"slug": "one"})
    assert len(fetched) == 1
