"""What narrows the audit log."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from apikeys import expiry
from apikeys.forms.fields import DayField
from apikeys.models import APIKey, AuditAction, AuditEvent
from apikeys.models.api_key import PERSON_MAX_LENGTH
from apikeys.models.audit_event import AuditEventQuerySet
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.text import validate_plain_text

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


class LogDayField(DayField):
    """A day of which there can be events."""

    default_validators = [
        MinValueValidator(FIRST_DAY, "There are no events of that time."),
        MaxValueValidator(LAST_DAY, "There are no events of that time."),
    ]


class AuditLogForm(forms.Form):
    """Narrows an organisation's audit log; all of it is optional."""

    key = forms.ModelChoiceField(
        APIKey.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "There is no such key."},
    )
    person = forms.CharField(
        label="Person’s email or full name",
        required=False,
        max_length=PERSON_MAX_LENGTH,
        validators=[validate_plain_text],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    action = forms.ChoiceField(
        label="What",
        choices=[("", "Everything"), *AuditAction.choices],
        required=False,
        error_messages={"invalid_choice": "There is no such action."},
    )

    def __init__(self, data: Any, *, organisation: Organisation) -> None:
        super().__init__(data)
        self.organisation = organisation
        key = self.fields["key"]
        assert isinstance(key, forms.ModelChoiceField)
        key.queryset = organisation.api_keys.all()
        # Named by a word of Python's, so it can't be declared as the others are.
        self.fields |= {
            "from": LogDayField(label="From"),
            "to": LogDayField(label="To"),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse days that are the wrong way round."""
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and last < first:
            self.add_error("to", "This day lies before the other.")
        return self.cleaned_data

    def events(self) -> AuditEventQuerySet:
        """Return what the filters leave of the log, newest first."""
        events = AuditEvent.objects.filter(organisation=self.organisation)
        wanted = self.cleaned_data
        if wanted["key"]:
            events = events.filter(api_key=wanted["key"])
        if wanted["person"]:
            events = events.by(wanted["person"])
        if wanted["action"]:
            events = events.filter(action=wanted["action"])
        if wanted["from"]:
            day_before = wanted["from"] - timedelta(days=1)
            start = expiry.end_of_day(day_before, self.organisation)
            events = events.filter(at__gte=start)
        if wanted["to"]:
            end = expiry.end_of_day(wanted["to"], self.organisation)
            events = events.filter(at__lt=end)
        return events.select_related("api_key").newest_first()

    def filters(self) -> dict[str, str]:
        """Return the filters that were set, as text."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class AuditPageForm(AuditLogForm):
    """Also says where a page of the log begins."""

    before = forms.IntegerField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "There is no such page."},
    )

    def clean_before(self) -> AuditEvent | None:
        """Return the last event of the page before this one."""
        number = self.cleaned_data["before"]
        if number is None:
            return None
        event = AuditEvent.objects.filter(
            organisation=self.organisation, number=number
        ).first()
        if event is None:
            raise forms.ValidationError("There is no such page.")
        return event

    def page(self) -> AuditEventQuerySet:
        """Return the events from where the page begins."""
        last: AuditEvent | None = self.cleaned_data["before"]
        events = self.events()
        return events.after(last.at, last.number) if last else events
