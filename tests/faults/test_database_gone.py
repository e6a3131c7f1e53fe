"""The database goes away and comes back."""

import psycopg

from tests.services.postgresql import PostgreSQL
from tests.services.server import Server


def test_without_a_database_it_says_so_and_recovers_by_itself() -> None:
    with PostgreSQL() as postgresql, Server(postgresql.url, workers=2) as server:
        _, value = server.generate()
        for _ in range(10):
            assert server.get("/api/external/employees", value).status == 200
        postgresql.stop("immediate")
        for _ in range(6):
            answer = server.get("/api/external/employees", value, timeout=2)
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "5"
            assert answer.json()["title"] == "Temporarily unavailable"
        assert server.get("/livez").status == 200
        assert server.get("/readyz", timeout=2).status == 503
        postgresql.start()
        for _ in range(6):
            assert server.get("/api/external/employees", value).status == 200
        assert server.get("/readyz").status == 200


def test_a_restart_between_two_requests_is_not_noticed() -> None:
    with PostgreSQL() as postgresql, Server(postgresql.url) as server:
        _, value = server.generate()
        assert server.get("/api/external/employees", value).status == 200
        postgresql.stop("fast")
        postgresql.start()
        assert server.get("/api/external/employees", value).status == 200


def test_a_locked_table_is_waited_for_only_so_long() -> None:
    with PostgreSQL() as postgresql, Server(postgresql.url) as server:
        _, value = server.generate()
        with psycopg.connect(
            host=str(postgresql.directory), user="postgres", dbname="postgres"
        ) as connection:
            connection.execute("LOCK TABLE employees_employee")
            answer = server.get("/api/external/employees", value, timeout=3)
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "5"
            assert server.get("/api/external/key", value).status == 200
        assert server.get("/api/external/employees", value).status == 200
