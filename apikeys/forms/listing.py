"""What narrows the list of keys."""

from django import forms

from apikeys.models import Status


class FilterForm(forms.Form):
    """Narrows the list of keys."""

    status = forms.ChoiceField(
        choices=[("", "All"), *Status.choices],
        required=False,
        error_messages={"invalid_choice": "There is no such status: showing all keys."},
    )
