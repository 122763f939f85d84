"""What do we call it? Approval items, the one form, butlers (APPROVALS; PRACTICE 5; GLOSSARY)."""

from .items import AttributeKind, Card, DaysSource, ItemMode, ItemStatus, ItemVerb, PackageKind, Span
from .people import AnswerSource, MessageKind, ServicePhase, VersionStep
from .plans import TaskState

__all__ = [
    "AnswerSource", "AttributeKind", "Card", "DaysSource", "ItemMode", "ItemStatus", "ItemVerb", "MessageKind",
    "PackageKind", "ServicePhase", "Span", "TaskState", "VersionStep",
]
