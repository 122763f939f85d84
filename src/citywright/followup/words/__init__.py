"""What do we call it? Alerts, meetings, tasks, letters (PRACTICE 4.5, 6.2, 6.5; GLOSSARY)."""

from .alerts import AlertKind, AlertStep, AlertVerb
from .letters import LetterStep, LetterVerb, RungColour
from .meetings import AgendaSource, MeetingKind, MeetingStep, MeetingVerb
from .tasks import (
    AnswerClass,
    LimitKind,
    LoopName,
    Origin,
    ProposalKind,
    ReplyKind,
    ReplyResult,
    Satisfaction,
    TaskProof,
    TaskStep,
    TaskVerb,
    UnitPart,
)

__all__ = [
    "AgendaSource", "AlertKind", "AlertStep", "AlertVerb", "AnswerClass", "LetterStep", "LetterVerb", "LimitKind",
    "LoopName", "MeetingKind", "MeetingStep", "MeetingVerb", "Origin", "ProposalKind", "ReplyKind", "ReplyResult",
    "RungColour", "Satisfaction", "TaskProof", "TaskStep", "TaskVerb", "UnitPart",
]
