"""What do we keep? One file per thing that is followed up."""

from .alerts import Alert, Notice
from .letters import Ladder, Letter
from .meetings import AgendaItem, Decision, ForceItem, Meeting, TaskForce
from .tasks import Proposal, Reply, Task, TaskUnit

__all__ = [
    "AgendaItem", "Alert", "Decision", "ForceItem", "Ladder", "Letter", "Meeting", "Notice", "Proposal", "Reply",
    "Task", "TaskForce", "TaskUnit",
]
