"""The forms of Settings."""

from django import forms

from hrtoolkit.organisations.models import Organisation


class SecurityForm(forms.ModelForm[Organisation]):
    """What an organisation asks of its org admins."""

    class Meta:
        model = Organisation
        fields = ("second_factor_required",)
