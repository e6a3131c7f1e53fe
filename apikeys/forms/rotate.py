"""What an org admin decides about a key's successor."""

from typing import Any

from apikeys import expiry
from apikeys.forms.new_key import DayField, NewKeyForm
from apikeys.models import APIKey

CUT_OVERS = {7: "In a week", 30: "In 30 days"}
"""Days from today, and how people say it."""


class RotateForm(NewKeyForm):
    """When the new key expires, and when the old one ends."""

    ends_on = DayField(
        label="End of the old key",
        help_text="It works to the end of that day. You can revoke it earlier.",
    )

    def __init__(self, *args: Any, api_key: APIKey, **kwargs: Any) -> None:
        super().__init__(*args, organisation=api_key.organisation, **kwargs)
        expires_on, ends_on = self.fields["expires_on"], self.fields["ends_on"]
        assert isinstance(expires_on, DayField)
        assert isinstance(ends_on, DayField)
        expires_on.label = "Expiry of the new key"
        last = api_key.expires_on
        if last:
            life = last - expiry.today(self.organisation, api_key.created_at)
            days = {life.days: "As long as the old key had"} | expiry.PRESETS
            expires_on.offer("Never", days, self.today, self.latest)
            expires_on.initial = min(self.today + life, self.latest)
        none = "When you revoke it"
        if last:
            none += f", and at the latest when it expires, {last:%-d %B %Y}"
        ends_on.offer(none, CUT_OVERS, self.today, last or self.latest)
