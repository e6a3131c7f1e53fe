"""Fills a database for the benchmark.

Without arguments, an empty one, and prints what to call it with. With
``--keys`` or ``--employees``, one that was filled before, up to so many.
"""

import json
import logging
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.core.management import BaseCommand, call_command
from django.db import connection, models
from django.test import Client
from knox.models import AuthToken

from apikeys import services
from apikeys.models import APIKey
from apikeys.scopes import Scope
from apikeys.tokens import new_token
from employees.models import Employee
from hrtoolkit.demo.companies import HARBOUR
from hrtoolkit.organisations.models import Organisation, Role, User
from tests.benchmarks import BASE
from tests.benchmarks.models import PeerKey
from tests.factories.api_keys import OPERATOR, generated_key


class Command(BaseCommand):
    help = "Fill a database for the benchmark."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--keys", type=int, default=BASE)
        parser.add_argument("--employees", type=int, default=BASE)

    def handle(self, *, keys: int, employees: int, **options: Any) -> None:
        if keys == employees == BASE:
            self.stdout.write(json.dumps(fill()))
        with connection.cursor() as cursor:
            # What is copied has passed the triggers and references once.
            cursor.execute("SET session_replication_role = replica")
            copy(
                APIKey,
                keys // BASE - 1,
                digest="encode(sha256((t.id || '-' || n)::bytea), 'hex')",
                submission_id="NULL",
            )
            copy(
                Employee,
                employees // BASE - 1,
                employee_number="t.employee_number || '-' || n",
                email="n || '-' || t.email",
            )
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")


def fill() -> dict[str, Any]:
    """Load the demo data and the keys; return what requests are made of."""
    call_command("migrate", interactive=False, verbosity=0)
    # The peers' own table has no migrations.
    call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    call_command("seed_demo", employees=BASE, stdout=StringIO())
    organisation = organisation_with_the_data()
    revoked = revoked_key(organisation)
    keys = product_keys(organisation)
    employees = Employee.objects.filter(organisation=organisation).order_by("pk")
    employee = employees[BASE // 2].pk
    return {
        "keys": keys,
        "revoked": revoked,
        **peers_keys(organisation),
        "employee": employee,
        "sizes": {
            "list": size("employees", keys[0]),
            "object": size(f"employees/{employee}", keys[0]),
        },
    }


def size(path: str, key: str) -> int:
    """Return how many bytes the product answers."""
    logging.disable()
    headers = {"Authorization": f"Bearer {key}"}
    return len(Client().get(f"/api/external/{path}", headers=headers).content)


def organisation_with_the_data() -> Organisation:
    """Return the one that ``seed_demo`` tops up."""
    return Organisation.objects.get(slug=HARBOUR.slug)


def revoked_key(organisation: Organisation) -> str:
    """Return the value of a key that was revoked."""
    generated = generated_key(organisation=organisation)
    services.revoke(generated.api_key, actor=OPERATOR)
    return generated.token.reveal()


def product_keys(organisation: Organisation) -> list[str]:
    """Top the organisation up to BASE keys; return the values of the new ones."""
    tokens = [new_token() for _ in range(BASE - organisation.api_keys.count())]
    APIKey.objects.bulk_create(
        APIKey(
            organisation=organisation,
            name="Benchmark",
            scopes=Scope.values,
            digest=token.digest,
            created_by_name="Benchmark",
        )
        for token in tokens
    )
    return [token.reveal() for token in tokens]


def peers_keys(organisation: Organisation) -> dict[str, str]:
    """Give the organisation a key of each peer that has its own kind."""
    _, api_key = PeerKey.objects.create_key(name="Peer", organisation=organisation)
    user = User.objects.create_user(
        "integration@harbour.example", organisation=organisation, role=Role.EMPLOYEE
    )
    _, knox = AuthToken.objects.create(user)
    return {"api_key": api_key, "knox": knox}


def copy(model: type[models.Model], times: int, **columns: str) -> None:
    """Copy the organisation's rows so many times, but for ``columns``."""
    table = model._meta.db_table
    names = [f.column for f in model._meta.fields if not f.primary_key and f.column]
    values = [columns.get(name, f"t.{name}") for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)}"
            f" FROM generate_series(1, %s) AS n CROSS JOIN {table} AS t"
            " WHERE t.organisation_id = %s",
            [times, organisation_with_the_data().pk],
        )
