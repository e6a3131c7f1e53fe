"""What the templates of the audit log need."""

from django import template

from apikeys.audit_words import what_changed
from apikeys.browsers import browser_name

register = template.Library()
register.filter(what_changed)
register.filter(browser_name)
