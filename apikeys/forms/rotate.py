"""What an org admin decides about a key's successor."""

from typing import Any

from django.utils.formats import date_format

from apikeys import expiry
from apikeys.forms.new_key import ExpiryField, NewKeyForm
from apikeys.models import APIKey

CUT_OVERS = {7: "In a week", 30: "In 30 days"}
"""Days from today, and how people say it."""


class RotateForm(NewKeyForm):
    """When the new key expires, and when the old one ends."""

    ends_on = ExpiryField(
        label="End of the old key",
        help_text="It works to the end of that day. You can revoke it earlier.",
    )

    def __init__(self, *args: Any, api_key: APIKey, **kwargs: Any) -> None:
        super().__init__(*args, organisation=api_key.organisation, **kwargs)
        expires_on, ends_on = self.fields["expires_on"], self.fields["ends_on"]
        assert isinstance(expires_on, ExpiryField)
        assert isinstance(ends_on, ExpiryField)
        expires_on.label = "Expiry of the new key"
        self.offer_as_long_as_before(expires_on, api_key)
        last = api_key.expires_on
        none = "When you revoke it"
        if last:
            none += f", and at the latest when it expires, {date_format(last, 'j F Y')}"
        ends_on.offer(none, CUT_OVERS, self.today, last or self.latest)

    def offer_as_long_as_before(self, expires_on: ExpiryField, api_key: APIKey) -> None:
        """Choose for the new key what was chosen the last time, if it was a day.

        Of a key that was rotated before, its own day may be that of a cut-over; what
        was chosen for its successor tells.
        """
        previous = api_key.successors.order_by("-pk").first() or api_key
        if previous.expires_on:
            begun = expiry.today(self.organisation, previous.created_at)
            life = previous.expires_on - begun
            days = {life.days: "As long as the last time"} | expiry.PRESETS
            expires_on.offer("Never", days, self.today, self.latest)
            expires_on.initial = min(self.today + life, self.latest)
