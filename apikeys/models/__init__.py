from apikeys.models.api_key import APIKey, Status
from apikeys.models.audit_event import AuditAction, AuditChain, AuditEvent
from apikeys.models.key_use import KeyUse, Outcome
from apikeys.models.reminder import Reminder, ReminderKind

__all__ = [
    "APIKey",
    "AuditAction",
    "AuditChain",
    "AuditEvent",
    "KeyUse",
    "Outcome",
    "Reminder",
    "ReminderKind",
    "Status",
]
