"""django-ninja, with the product's own keys."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Schema
from ninja.pagination import CursorPagination, paginate
from ninja.security import HttpBearer

from apikeys.models import APIKey, Status
from employees.models import Employee


class KeyAuth(HttpBearer):
    """Looks the key's SHA-256 up, with its organisation."""

    def authenticate(self, request: HttpRequest, token: str) -> APIKey | None:
        digest = hashlib.sha256(token.encode()).hexdigest()
        keys = APIKey.objects.select_related("organisation")
        key = keys.filter(digest=digest).first()
        if key is None or key.status != Status.ACTIVE or key.organisation.is_suspended:
            return None
        return key


class EmployeeSchema(Schema):
    """The same fields as ours."""

    id: int
    employee_number: str
    given_name: str
    family_name: str
    preferred_name: str
    email: str
    phone: str
    job_title: str
    department: str
    location: str
    state: str
    manager_id: int | None
    employment_type: str
    hours_per_week: Decimal
    start_date: date
    end_date: date | None
    status: str
    created_at: datetime
    updated_at: datetime


api = NinjaAPI(auth=KeyAuth(), docs_url=None, openapi_url=None)


@api.get("employees", response=list[EmployeeSchema])
@paginate(CursorPagination, ordering=("id",), page_size=100)
def employees(request: Any) -> Any:
    return Employee.objects.filter(organisation_id=request.auth.organisation_id)


@api.get("employees/{int:pk}", response=EmployeeSchema)
def employee(request: Any, pk: int) -> Any:
    return get_object_or_404(
        Employee, organisation_id=request.auth.organisation_id, pk=pk
    )
