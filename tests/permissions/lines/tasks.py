"""Who may open these pages: lines of the matrix."""

from __future__ import annotations

from citywright.followup.actions import proposals, tasks
from citywright.followup.words import LimitKind, LoopName, ProposalKind
from citywright.projects import samples

PAGES: dict[str, tuple[str, str]] = {
    "followup:tasks": ("/tasks/", "crxovyl"),
    "followup:task_new": ("/tasks/new/", "oyl"),
    "followup:task": ("/tasks/{task}/", "crovyl"),
    "followup:proposals": ("/proposals/", "crxovyl"),
    "followup:proposal_new": ("/proposals/new/", "oyl"),
    "followup:notices": ("/notices/", "crxovyl"),
}
ELSEWHERE: set[str] = {"followup:proposal_paper", "proposal_paper"}


def made(world: dict[str, str]) -> dict[str, str]:
    """A task and a proposal of the unit, given by the office."""
    given = tasks.assign(loop=LoopName.DECISION, title="示例事项", content="", area=samples.district(),
                         units=[samples.unit()], limit_kind=LimitKind.WORKDAY, limit=5, by=samples.office(),
                         at=samples.AT)
    proposals.register(kind=ProposalKind.NPC_SUGGESTION, session="示例届", proposal_no="1", proposers="示例代表",
                       title="示例建议", content="", area=samples.district(), units=[samples.unit()],
                       by=samples.office(), at=samples.AT)
    return {"task": str(given.pk)}
