"""What the templates of the audit log need."""

from django import template

from apikeys.audit_words import what_changed

register = template.Library()
register.filter(what_changed)
