"""What a load balancer asks: is the process up, can it serve."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    """Answer 200: the process is up."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database is reachable and migrated, else 503."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return unready("The database can't be reached.\n")
    return unready("Migrations are pending.\n") if pending else livez(request)


def unready(reason: str) -> HttpResponse:
    """Answer 503 with the reason."""
    return HttpResponse(
        reason, status=503, content_type="text/plain", headers={"Retry-After": "5"}
    )
