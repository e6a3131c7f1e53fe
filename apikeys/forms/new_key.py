"""What an org admin decides about every new key."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from apikeys import expiry
from apikeys.forms.fields import DayField
from hrtoolkit.organisations.models import Organisation


class ExpiryInput(forms.DateInput):
    """Preset dates to choose from, and an input for any other date.

    All carry the same name, so no script is needed: the date that was typed
    counts before the one that was chosen.
    """

    input_type = "date"
    template_name = "forms/expiry.html"
    use_fieldset = True

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
        self.presets: dict[str, str] = {}
        """Each preset's ISO date, and what people read."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return next(filter(None, reversed(data.getlist(name))), "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = context["widget"]["value"] or ""
        context["widget"]["presets"] = [
            {"value": preset, "label": label, "checked": preset == chosen}
            for preset, label in self.presets.items()
        ]
        if chosen in self.presets:
            context["widget"]["value"] = ""
        return context


class ExpiryField(DayField):
    """A day to the end of which a key works, or none."""

    widget = ExpiryInput()

    def offer(self, none: str, days: dict[int, str], today: date, last: date) -> None:
        """Offer to choose none, some numbers of days from today, or any to ``last``."""
        assert isinstance(self.widget, ExpiryInput)
        self.widget.presets = {"": none} | {
            day.isoformat(): f"{label}, {date_format(day, 'j F Y')}"
            for number, label in sorted(days.items())
            if (day := today + timedelta(days=number)) <= last
        }
        self.widget.attrs |= {"min": today.isoformat(), "max": last.isoformat()}


class NewKeyForm(forms.Form):
    """What every new key needs: its expiry, and an id that stops a second one."""

    expires_on = ExpiryField(label="Expiry")
    submission_id = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={
            "required": "This form was incomplete. Please submit it again.",
            "invalid": "This form was damaged. Please submit it again.",
        },
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        self.today = expiry.today(organisation)
        self.latest = expiry.latest(organisation)
        field = self.fields["expires_on"]
        assert isinstance(field, ExpiryField)
        field.help_text = (
            "For a temporary integration, choose when it ends: the key works to the"
            f" end of that day ({organisation.time_zone}). Rotate the others yearly."
        )
        field.offer("Never", expiry.PRESETS, self.today, self.latest)

    def clean_expires_on(self) -> date | None:
        """Refuse a date on which a key can't expire."""
        day: date | None = self.cleaned_data["expires_on"]
        if day:
            expiry.validate_expires_on(day, self.organisation)
        return day

    def prepare_to_show_again(self) -> None:
        """Replace a submission id that was missing or damaged."""
        if self.has_error("submission_id"):
            assert isinstance(self.data, QueryDict)
            self.data = self.data.copy()
            self.data["submission_id"] = str(uuid.uuid4())
