"""What can be asked about proposals? Those a person sees, their rates with the lists behind, the answer as a paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet

from citywright.kernel import clock
from citywright.kernel.models import Area, Person
from citywright.kernel.papers import Paper

from ..models import Proposal, Reply
from ..rules import tasks as rules
from ..rules.proposals import RATES, Rate
from ..words import AnswerClass, ReplyKind, Satisfaction, TaskStep
from . import tasks

ANSWERED = Q(task__step__in=(TaskStep.REPLIED, TaskStep.CONFIRMED)) | Q(task__answered_at__isnull=False)
#: Sets of proposals by name, at a moment.
SETS: dict[str, Callable[[datetime], Q]] = {
    "due": lambda at: ANSWERED | Q(task__due_at__lt=at) | Q(task__was_late=True),
    "punctual": lambda at: ANSWERED & Q(task__was_late=False),
    "answered": lambda at: ANSWERED,
    "met": lambda at: ANSWERED & Q(met_on__isnull=False),
    "rated": lambda at: ~Q(satisfaction=""),
    "satisfied": lambda at: Q(satisfaction__in=(Satisfaction.SATISFIED, Satisfaction.MOSTLY)),
    "class_a": lambda at: ANSWERED & Q(answer_class=AnswerClass.A),
    "adopted": lambda at: ANSWERED & Q(is_adopted=True),
    "again": lambda at: Q(task__step=TaskStep.CONFIRMED, answer_class=AnswerClass.B),
    "open": lambda at: Q(task__step__in=rules.OPEN),
    "late": lambda at: Q(task__step__in=rules.OWED, task__due_at__lt=at),
}


@dataclass(frozen=True)
class Told:
    """A rate as it stands: how many of how many; no denominator is None."""

    rate: Rate
    numerator: int
    denominator: int

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def visible_to(person: Any) -> QuerySet[Proposal]:
    """The proposals whose task the person sees."""
    return Proposal.objects.filter(task__in=tasks.visible_to(person)).select_related(
        "task__area", "task__unit", "task__raised_unit")


def counted(person: Any, area: Area) -> QuerySet[Proposal]:
    """The visible proposals of an area that count: all but cancelled ones."""
    found = tasks.within(tasks.visible_to(person), area).exclude(step=TaskStep.CANCELLED)
    return visible_to(person).filter(task__in=found.order_by().values("pk"))


def rates(proposals: QuerySet[Proposal], at: datetime) -> list[Told]:
    """The rates over these proposals: one query."""
    names = {name for rate in RATES for name in (rate.part, rate.whole)}
    found = proposals.order_by().aggregate(**{name: Count("pk", filter=SETS[name](at)) for name in names})
    return [Told(rate, found[rate.part], found[rate.whole]) for rate in RATES]


def opinion_due(proposal: Proposal) -> date | None:
    """The day by which co-operating units give their opinions: one month after the assignment."""
    given = proposal.task.assigned_at
    return rules.months_later(clock.day_of(given), rules.OPINION_MONTHS) if given else None


def paper(proposal: Proposal, *, by: Person, at: datetime) -> bytes:
    """The answer as an official paper: class at the upper right, number, body, signature."""
    task = proposal.task
    answer = Reply.objects.filter(task=task, kind=ReplyKind.DONE).order_by("-at", "-pk").first()
    title = f"对{proposal.session}第{proposal.proposal_no}号{proposal.get_kind_display()}的答复"
    written = Paper(title=title, author=str(by), at=at, mark=f"{by} {at.astimezone(clock.CITY):%Y-%m-%d %H:%M} 导出")
    written.corner(f"类别：{proposal.answer_class.upper()}")
    written.red_head(task.unit.name, proposal.answer_no, None)
    written.title(title)
    written.addressee(proposal.proposers)
    written.body(f"您提出的“{task.title}”收悉，现答复如下：")
    for line in (answer.text if answer else task.content).splitlines():
        if line.strip():
            written.body(line.strip())
    if proposal.met_on:
        written.body(f"{proposal.met_on.month}月{proposal.met_on.day}日，已就办理情况与您当面沟通。")
    written.body("感谢您对政府工作的关心和支持。")
    written.signature(task.unit.name, clock.day_of(answer.at if answer else at))
    return written.content()
