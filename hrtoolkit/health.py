"""What a load balancer asks: is the process up, can it serve."""

from collections.abc import Callable

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from hrtoolkit.outages import RETRY_SECONDS


class HealthMiddleware:
    """Answers ``/livez`` and ``/readyz``, for any host name, before all else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/livez":
            return healthy()
        if request.path_info == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> HttpResponse:
    """Answer 200 when the database is reachable and migrated, else 503."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return unready("The database can't be reached.\n")
    return unready("Migrations are pending.\n") if pending else healthy()


def healthy() -> HttpResponse:
    """Answer 200."""
    return HttpResponse(
        "ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"}
    )


def unready(reason: str) -> HttpResponse:
    """Answer 503 with the reason."""
    return HttpResponse(
        reason,
        status=503,
        content_type="text/plain",
        headers={"Cache-Control": "no-store", "Retry-After": str(RETRY_SECONDS)},
    )
