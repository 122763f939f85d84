"""增补、退库、恢复: asked for, screened, decided by three different people; then the entry stands or is gone."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Person

from ...models import ListChange, ListEntry, ListIssue, Project
from ...queries import ledger
from ...rules import lists as rules
from ...words import ChangeKind, ChangeStep, ChangeVerb, ListStatus
from .. import exits
from .entering import CannotList, countable, enter_all, locked

OPEN = (ChangeStep.PROPOSED, ChangeStep.SCREENED)


@transaction.atomic
def propose(*, issue: ListIssue, project: Project, kind: ChangeKind, reason: str, by: Person, at: datetime,
            doc_no: str = "") -> ListChange:
    """提出: the change waits for 初审; refused for a draft or a closed list, without a reason, or while one waits."""
    issue = locked(issue)
    if not ledger.visible_to(by).filter(pk=project.pk).exists():
        raise CannotReach("没有项目 %(code)s，或您无权查看", code=project.code)
    if not access.roles_over(by, unit=project.lead_unit, area=project.area) & rules.ASKERS:
        raise CannotReach("您没有权限为这一项目提出变动")
    if issue.status != ListStatus.ISSUED:
        raise CannotList("草稿可直接修改，已结束的清单不再变动；只有已印发的清单可以提出")
    if not reason.strip():
        raise CannotList("须写明理由")
    if ListChange.objects.filter(issue=issue, project=project, step__in=OPEN).exists():
        raise CannotList("“%(name)s”在这一批清单中已有待审的变动", name=project.name)
    fits(issue, project, kind)
    made = ListChange.objects.create(issue=issue, project=project, kind=kind, reason=reason.strip(),
                                     doc_no=doc_no.strip(), proposed_by=by, proposed_at=at)
    tell("list_change.asked", made, by, at, reason=made.reason)
    return made


def fits(issue: ListIssue, project: Project, kind: ChangeKind) -> None:
    """Refuses to add who stands or stood there, to remove who does not, to bring back who never left."""
    stood = ListEntry.objects.filter(issue=issue, project=project, item=None).exclude(snapshot={})
    standing = stood.filter(removed_on__isnull=True).exists()
    if kind == ChangeKind.REMOVE:
        if not standing:
            raise CannotList("“%(name)s”不在这一批清单中", name=project.name)
        return
    countable(issue, [project])
    if standing:
        raise CannotList("“%(name)s”已在这一批清单中", name=project.name)
    if kind == ChangeKind.ADD and stood.exists():
        raise CannotList("“%(name)s”曾在这一批清单中，请提出恢复", name=project.name)
    if kind == ChangeKind.RESTORE and not stood.exists():
        raise CannotList("“%(name)s”没有列入过这一批清单，请提出增补", name=project.name)


def tell(verb: str, change: ListChange, by: Person, at: datetime, **data: object) -> None:
    """One line in the journal about a change."""
    project, issue = change.project, change.issue
    journal.write(verb=verb, by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"code": project.code, "list": issue.definition.code, "year": issue.year, "batch": issue.batch,
                        "change": change.kind} | data)


def moved(change: ListChange, verb: ChangeVerb, by: Person) -> ListChange:
    """The change, locked, at the step after the verb; refused to who asked or screened, and to the wrong post."""
    change = (ListChange.objects.select_for_update(of=("self",))
              .select_related("issue__definition", "issue__area", "project__area", "project__lead_unit")
              .get(pk=change.pk))
    if not ledger.visible_to(by).filter(pk=change.project_id).exists():
        raise CannotReach("没有这一变动，或您无权查看")
    held = access.roles_over(by, unit=change.project.lead_unit, area=change.issue.area)
    if not held & (rules.SCREENERS | rules.DECIDERS):
        raise CannotReach("您没有权限审定清单变动")
    step = ChangeStep(rules.CHANGE.move(step=ChangeStep(change.step), verb=verb, roles=held))
    if by.pk in (change.proposed_by_id, change.screened_by_id):
        raise CannotList("提出、初审和终审须是三个不同的人")
    change.step = step
    return change


@transaction.atomic
def screen(*, change: ListChange, by: Person, at: datetime, opinion: str = "") -> ListChange:
    """初审: the change waits for 终审; refused to who asked for it."""
    change = moved(change, ChangeVerb.SCREEN, by)
    change.screened_by, change.screened_at, change.opinion = by, at, opinion.strip()
    change.save(update_fields=["step", "screened_by", "screened_at", "opinion"])
    tell("list_change.screened", change, by, at, opinion=change.opinion)
    return change


@transaction.atomic
def refuse(*, change: ListChange, opinion: str, by: Person, at: datetime) -> ListChange:
    """不同意, at either step, with the reason; nothing changes on the list."""
    change = moved(change, ChangeVerb.REFUSE, by)
    if not opinion.strip():
        raise CannotList("不同意须写明理由")
    change.decided_by, change.decided_at, change.opinion = by, at, opinion.strip()
    change.save(update_fields=["step", "decided_by", "decided_at", "opinion"])
    tell("list_change.refused", change, by, at, opinion=change.opinion)
    return change


@transaction.atomic
def accept(*, change: ListChange, doc_no: str, on: date, by: Person, at: datetime, opinion: str = "",
           drops: bool = False) -> ListChange:
    """终审: under a document the entry stands, or is removed, from a day; a third person decides.

    With `drops` a removal from the reserve pool takes the project itself out (退库), which only the office may.
    """
    change = moved(change, ChangeVerb.ACCEPT, by)
    issue, project = locked(change.issue), change.project
    number = doc_no.strip() or change.doc_no
    if issue.status != ListStatus.ISSUED:
        raise CannotList("这一批清单已结束")
    if not number or on > clock.day_of(at):
        raise CannotList("终审须有依据文号，生效日期不晚于今天")
    kind = ChangeKind(change.kind)
    fits(issue, project, kind)
    change.entry = ended(issue, change, on) if kind is ChangeKind.REMOVE else enter_all(
        issue, [project], on, change.reason[:200])[0]
    change.decided_by, change.decided_at, change.doc_no = by, at, number
    change.opinion = opinion.strip() or change.opinion
    change.save(update_fields=["step", "decided_by", "decided_at", "doc_no", "opinion", "entry"])
    if drops and kind is ChangeKind.REMOVE:
        if issue.definition.code != rules.POOL:
            raise CannotList("只有移出储备项目清单时可以同时退库")
        exits.drop(project=project, reason=change.reason[:200], on=on, by=by, at=at)
    tell("list_change.accepted", change, by, at, on=on, doc_no=number, drops=drops)
    return change


def ended(issue: ListIssue, change: ListChange, on: date) -> ListEntry:
    """The project's entry, ended on that day with the reason asked for."""
    entry = ListEntry.objects.get(issue=issue, project=change.project, item=None, removed_on__isnull=True)
    if on < entry.added_on:
        raise CannotList("生效日期早于列入日期 %(day)s", day=str(entry.added_on))
    entry.removed_on, entry.reason = on, change.reason[:200]
    entry.save(update_fields=["removed_on", "reason"])
    return entry
