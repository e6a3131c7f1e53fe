"""Django REST framework, with either of two packages for the keys."""

from typing import Any

from django.urls import path
from knox.auth import TokenAuthentication
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.serializers import DecimalField, ModelSerializer
from rest_framework.viewsets import ReadOnlyModelViewSet
from rest_framework_api_key.permissions import BaseHasAPIKey, KeyParser

from employees.api.leave import LeaveBalanceRepresentation
from employees.api.people import EmployeeRepresentation
from employees.models import Employee, LeaveBalance
from tests.benchmarks.models import PeerKey


class ById(CursorPagination):
    """Keyset pagination, as ours."""

    ordering = "id"
    page_size = 100


class EmployeeSerializer(ModelSerializer):
    """The same fields as ours."""

    class Meta:
        model = Employee
        fields = EmployeeRepresentation.__struct_fields__


class HoursField(DecimalField):
    def __init__(self) -> None:
        super().__init__(max_digits=None, decimal_places=2, read_only=True)


class BearerParser(KeyParser):
    keyword = "Bearer"


class HasPeerKey(BaseHasAPIKey):
    """Asks for the key once, and keeps it for the view.

    The package's guide asks twice: to permit, and to learn the organisation.
    """

    model = PeerKey
    key_parser = BearerParser()

    def has_permission(self, request: Any, view: Any) -> bool:
        try:
            request.auth = PeerKey.objects.get_from_key(self.get_key(request) or "")
        except PeerKey.DoesNotExist:
            return False
        return not request.auth.has_expired


class Keyed:
    """Opened by a key of djangorestframework-api-key."""

    permission_classes = [HasPeerKey]
    request: Any

    def organisation_id(self) -> int:
        """Return the caller's organisation."""
        found: int = self.request.auth.organisation_id
        return found


class Knoxed:
    """Opened by a token of django-rest-knox, which belongs to a user."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    request: Any

    def organisation_id(self) -> int:
        """Return the caller's organisation."""
        found: int = self.request.user.organisation_id
        return found


class Employees(ReadOnlyModelViewSet):
    serializer_class = EmployeeSerializer
    pagination_class = ById

    def get_queryset(self) -> Any:
        """Return the organisation's own."""
        return Employee.objects.filter(organisation_id=self.organisation_id())


class BalanceSerializer(ModelSerializer):
    """The same fields as ours; what follows from the requests is annotated."""

    taken = HoursField()
    pending = HoursField()
    available = HoursField()

    class Meta:
        model = LeaveBalance
        fields = LeaveBalanceRepresentation.__struct_fields__


class KeyedBalances(Keyed, ReadOnlyModelViewSet):
    serializer_class = BalanceSerializer
    pagination_class = ById

    def get_queryset(self) -> Any:
        """Return the organisation's own, of the type that is asked for."""
        return LeaveBalance.objects.with_requests().filter(
            organisation_id=self.organisation_id(),
            leave_type=self.request.query_params["leave_type"],
        )


class KeyedEmployees(Keyed, Employees):
    pass


class KnoxedEmployees(Knoxed, Employees):
    pass


LIST, ONE = {"get": "list"}, {"get": "retrieve"}

urlpatterns = [
    path("drf-api-key/employees", KeyedEmployees.as_view(LIST)),
    path("drf-api-key/employees/<int:pk>", KeyedEmployees.as_view(ONE)),
    path("drf-api-key/leave/balances", KeyedBalances.as_view(LIST)),
    path("drf-knox/employees", KnoxedEmployees.as_view(LIST)),
    path("drf-knox/employees/<int:pk>", KnoxedEmployees.as_view(ONE)),
]
