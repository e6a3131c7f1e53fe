"""What the admin of every record has in common."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from employees.models import Record
from hrtoolkit.organisations.staff import StaffModelAdmin

SEARCH_EMPLOYEE = (
    "employee__employee_number",
    "employee__given_name",
    "employee__family_name",
    "organisation__name",
)


class SelectWithin(AutocompleteSelect):
    """Offers the records of one organisation."""

    organisation_id: int | None = None

    def get_url(self) -> str:
        url = super().get_url()
        if self.organisation_id:
            url += f"?organisation={self.organisation_id}"
        return url


class RecordAdmin(StaffModelAdmin):
    """Records of every organisation, each kept in its own. None is ever deleted."""

    readonly_fields = ("created_at", "updated_at")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Integrations rely on it that nothing they could read disappears."""
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if issubclass(db_field.related_model, Record):
            kwargs["widget"] = SelectWithin(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,
        **kwargs: Any,
    ) -> type[ModelForm[Any]]:
        """Keep a known record, and what is offered to it, in its organisation."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj:
            fields: dict[str, Any] = form.base_fields
            # Disabled, not read-only: a form without the field would not check
            # what has to be unique in the organisation.
            fields["organisation"].disabled = True
            for field in fields.values():
                select = getattr(field.widget, "widget", None)
                if isinstance(select, SelectWithin):
                    select.organisation_id = obj.organisation_id
        return form

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Narrow what SelectWithin asks for to its organisation."""
        organisation = request.GET.get("organisation", "")
        if organisation.isdecimal():
            queryset = queryset.filter(organisation=int(organisation))
        return super().get_search_results(request, queryset, search_term)
