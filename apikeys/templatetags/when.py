"""Times in templates: for people as they write them, for machines in ISO 8601."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as formatted
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hrtoolkit import when

register = template.Library()
register.filter(when.on)


@register.simple_tag
def day(on: date) -> SafeString:
    """Draw a day: 23 Nov 2026."""
    return drawn(on, formatted(on, "j M Y"))


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """Draw an instant to the minute."""
    return drawn(timezone.localtime(at), when.on(at))


@register.simple_tag
def exact_moment(at: datetime) -> SafeString:
    """Draw an instant to the second."""
    return drawn(timezone.localtime(at), when.on_exactly(at))


@register.simple_tag
def ago(at: datetime) -> SafeString:
    """Draw how long ago an instant was; when exactly, on request."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        timezone.localtime(at).isoformat(),
        when.on(at),
        when.ago(at),
    )


def drawn(at: date, text: str) -> SafeString:
    """Return a ``time`` element."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)
