"""What narrows the list of keys, and puts it in order."""

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from apikeys import listing
from apikeys.health import CHECKS, Check, found_by
from apikeys.listing import Position, Sort
from apikeys.models import Status
from apikeys.models.api_key import NAME_MAX_LENGTH, APIKeyQuerySet
from apikeys.scopes import Scope
from hrtoolkit.organisations.models import Organisation
from hrtoolkit.text import KEY_SHAPE


class FilterForm(forms.Form):
    """What narrows the list of keys, and puts it in order.

    What is wrong narrows nothing; the rest still does.
    """

    q = forms.CharField(
        label="Name or fingerprint",
        max_length=NAME_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                # Keeps a pasted key out of the address, and so out of the
                # browser's history and of every log on the way.
                "pattern": f"(?!.*{KEY_SHAPE.pattern}).*",
                "title": "Never search for a key itself.",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    scope = forms.ChoiceField(
        choices=[("", "Any scope"), *((scope, scope) for scope in Scope.values)],
        required=False,
        error_messages={
            "invalid_choice": "There is no such scope: showing keys of any scope."
        },
    )
    sort = forms.ChoiceField(
        label="Order",
        choices=Sort.choices,
        required=False,
        error_messages={
            "invalid_choice": "There is no such order: showing the newest first."
        },
    )
    status = forms.ChoiceField(
        choices=[("", "All"), *Status.choices],
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": "There is no such status: showing keys of every status."
        },
    )
    health = forms.ChoiceField(
        choices=[(name, check.label) for name, check in CHECKS.items()],
        required=False,
        widget=forms.HiddenInput,
        error_messages={
            "invalid_choice": "There is no such finding: showing keys with any or none."
        },
    )
    after = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_q(self) -> str:
        """Refuse a key, in a message that doesn't repeat it."""
        text: str = self.cleaned_data["q"]
        if KEY_SHAPE.search(text):
            raise ValidationError(
                format_html(
                    "This looks like an API key. Search for its name or fingerprint,"
                    ' or <a href="{}">identify it</a> to learn whose it is.',
                    reverse("apikeys:identify"),
                ),
                code="key",
            )
        return text

    def clean_sort(self) -> Sort:
        """Return the order: newest first, unless another is asked for."""
        return Sort(self.cleaned_data["sort"] or Sort.NEWEST)

    def clean_after(self) -> Position | None:
        """Return where the page begins. Refuse what isn't a cursor of this order."""
        text: str = self.cleaned_data["after"]
        try:
            return listing.position(self.order, text) if text else None
        except signing.BadSignature:
            raise ValidationError(
                "There is no such page: showing the first.", code="invalid"
            ) from None

    @property
    def order(self) -> Sort:
        """The order that is asked for."""
        order: Sort = self.cleaned_data.get("sort", Sort.NEWEST)
        return order

    @property
    def position(self) -> Position | None:
        """Where the page begins, unless it's the first."""
        position: Position | None = self.cleaned_data.get("after")
        return position

    @property
    def check(self) -> Check | None:
        """The finding to which the list is narrowed."""
        return CHECKS.get(self.cleaned_data.get("health", ""))

    @property
    def filters(self) -> dict[str, str]:
        """What the list is narrowed to."""
        names = ("q", "scope", "status", "health")
        return {name: v for name in names if (v := self.cleaned_data.get(name))}

    @property
    def query(self) -> QueryDict:
        """What leads to this list again."""
        query = QueryDict(mutable=True)
        query.update(self.filters | {"sort": self.order.value})
        return query

    def narrowed(self, organisation: Organisation) -> APIKeyQuerySet:
        """Return the organisation's keys that are all of what is asked for."""
        keys: APIKeyQuerySet = organisation.api_keys.all()
        filters = self.filters
        if "q" in filters:
            keys = keys.matching(filters["q"])
        if "scope" in filters:
            keys = keys.with_scope(filters["scope"])
        if "status" in filters:
            keys = keys.with_status(filters["status"])
        if self.check:
            keys = found_by(self.check, keys, organisation)
        return keys
