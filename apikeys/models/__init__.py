from apikeys.models.api_key import APIKey, Status
from apikeys.models.audit_event import AuditAction, AuditChain, AuditEvent

__all__ = ["APIKey", "AuditAction", "AuditChain", "AuditEvent", "Status"]
