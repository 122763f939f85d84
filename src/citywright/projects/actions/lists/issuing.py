"""The life of a batch: drafted from the list's rule or by hand, issued with number and day, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from citywright.kernel import access, clock, journal, periods
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ...models import ListChange, ListDefinition, ListEntry, ListIssue, Project
from ...queries import ledger, lists
from ...queries.list_rows import Taken, taken
from ...rules.lists import ADDING, CEREMONY
from ...words import ChangeStep, ListKind, ListStatus
from .entering import CannotList, countable, enter_all, locked, stand, taken_of


@transaction.atomic
def issue(*, definition: ListDefinition, area: Area, year: int, projects: Sequence[Project], by: Person, at: datetime,
          issued_on: date, doc_no: str = "", batch: int | None = None, event_on: date | None = None) -> ListIssue:
    """印发: the next batch of the year's list, with its projects as they stand now; refused with a package or twice."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    last = last_batch(definition, area, year)
    if batch is not None and batch <= last:
        raise CannotList("%(year)s 年第 %(batch)s 批已印发", year=str(year), batch=batch)
    number_free(definition, area, doc_no)
    made = ListIssue.objects.create(definition=definition, area=area, year=year, batch=batch or last + 1,
                                    doc_no=doc_no, issued_on=issued_on, status=ListStatus.ISSUED, as_of=issued_on,
                                    event_on=event_on, made_by=by)
    tell("list.issued", made, by, at, enter_all(made, projects, issued_on))
    return made


def last_batch(definition: ListDefinition, area: Area, year: int) -> int:
    """The number of the year's latest batch, drafts too; 0 when there is none. The definition's row is locked."""
    ListDefinition.objects.select_for_update().get(pk=definition.pk)
    found = ListIssue.objects.filter(definition=definition, area=area, year=year).aggregate(last=Max("batch"))
    return found["last"] or 0


def number_free(definition: ListDefinition, area: Area, doc_no: str) -> None:
    """Refuses the number of a batch that is issued already."""
    used = ListIssue.objects.filter(definition=definition, area=area, doc_no=doc_no).first() if doc_no else None
    if used:
        raise CannotList("文号 %(number)s 已用于 %(year)s 年第 %(batch)s 批，同一份清单不能印发两次", number=doc_no,
                         year=str(used.year), batch=used.batch)


def tell(verb: str, made: ListIssue, by: Person, at: datetime, entries: Sequence[ListEntry]) -> None:
    """One line in the journal: which batch, with whom."""
    journal.write(verb=verb, by=by, at=at, subject=made, area=made.area,
                  data={"list": made.definition.code, "year": made.year, "batch": made.batch, "doc_no": made.doc_no,
                        "projects": [entry.project.code for entry in entries]})


@transaction.atomic
def draft(*, definition: ListDefinition, area: Area, year: int, on: date, by: Person, at: datetime,
          projects: Sequence[Project] | None = None, event_on: date | None = None, note: str = "") -> ListIssue:
    """起草: the next batch with these projects, else with the rows of its rule as of a day; one draft at a time.

    A list that is picked by hand begins with who stands on it now, a list whose batches add up with nobody.
    """
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    if not lists.rule_of(definition).is_issued or definition.ended_on:
        raise CannotList("“%(name)s”不印发或已停用", name=definition.name)
    if on > clock.day_of(at):
        raise CannotList("取数日期 %(day)s 在今天之后", day=str(on))
    last = last_batch(definition, area, year)
    waiting = ListIssue.objects.filter(definition=definition, area=area, year=year, status=ListStatus.DRAFT).first()
    if waiting:
        raise CannotList("%(year)s 年第 %(batch)s 批还是草稿，请先印发再起草下一批", year=str(year),
                         batch=waiting.batch)
    made = ListIssue.objects.create(definition=definition, area=area, year=year, batch=last + 1, as_of=on,
                                    event_on=event_on, note=note.strip(), made_by=by)
    if projects is None:
        entries = stand(made, rows_for(made, by), on)
    else:
        entries = enter_all(made, projects, on)
    tell("list.drafted", made, by, at, entries)
    return made


def rows_for(made: ListIssue, by: Person) -> list[Taken]:
    """What the rule of the list gives on the draft's day, rows as they are now."""
    on = made.as_of or made.issued_on
    assert on is not None
    if lists.rule_of(made.definition).kind is ListKind.MANUAL:
        if made.definition.code in ADDING:
            return []
        standing = lists.entries(by, made.definition, area=made.area, year=made.year, on=on)
        return taken_of(made.year, list(ledger.leaves(standing).select_related("area", "lead_unit", "category")))
    return taken(lists.rows_of(by, made.definition, area=made.area, period=periods.first_of(on), today=on))


@transaction.atomic
def retake(*, issue: ListIssue, on: date, by: Person, at: datetime) -> ListIssue:
    """重新取数: the draft holds the rows of its rule as of a day; what was picked by hand beside them is gone."""
    issue = locked(issue)
    access.require(by, Role.OFFICE, Role.CITY, area=issue.area)
    if issue.status != ListStatus.DRAFT:
        raise CannotList("这一批清单已印发，不能再取数")
    if on > clock.day_of(at):
        raise CannotList("取数日期 %(day)s 在今天之后", day=str(on))
    issue.as_of = on
    issue.save(update_fields=["as_of"])
    ListEntry.objects.filter(issue=issue, removed_on__isnull=True).update(removed_on=on)
    tell("list.retaken", issue, by, at, stand(issue, rows_for(issue, by), on))
    return issue


@transaction.atomic
def publish(*, issue: ListIssue, doc_no: str, issued_on: date, by: Person, at: datetime,
            event_on: date | None = None) -> ListIssue:
    """印发草稿: the rows are frozen as they stand now under number and day; refused twice, empty, or without number.

    Things that are no longer on the list (a problem closed since) are left out.
    """
    issue = locked(issue)
    access.require(by, Role.OFFICE, Role.CITY, area=issue.area)
    if issue.status != ListStatus.DRAFT:
        raise CannotList("%(year)s 年第 %(batch)s 批已印发", year=str(issue.year), batch=issue.batch)
    if not doc_no.strip() or issued_on > clock.day_of(at):
        raise CannotList("印发须有文号，印发日期不晚于今天")
    issue.event_on = event_on or issue.event_on
    if issue.definition.code == CEREMONY and issue.event_on is None:
        raise CannotList("集中开工须写明活动日期")
    number_free(issue.definition, issue.area, doc_no.strip())
    rows = frozen(issue, by)
    if not rows:
        raise CannotList("草稿里一行也没有，不能印发")
    ListEntry.objects.filter(issue=issue, removed_on__isnull=True).update(removed_on=issued_on)
    issue.status, issue.doc_no, issue.issued_on = ListStatus.ISSUED, doc_no.strip(), issued_on
    issue.save(update_fields=["status", "doc_no", "issued_on", "event_on"])
    tell("list.issued", issue, by, at, stand(issue, rows, issued_on))
    return issue


def frozen(issue: ListIssue, by: Person) -> list[Taken]:
    """The rows of the draft, with everything they say now."""
    drafted = list(ListEntry.objects.filter(issue=issue, removed_on__isnull=True).order_by("pk").select_related(
        "project__area", "project__lead_unit", "project__category"))
    countable(issue, [entry.project for entry in drafted])
    known: dict[tuple[object, str | None], Taken] = {}
    if lists.rule_of(issue.definition).kind is not ListKind.MANUAL:
        known = {(one.project.pk, one.item): one for one in rows_for(issue, by)}
    by_hand = [entry.project for entry in drafted if entry.item is None and (entry.project_id, None) not in known]
    known |= {(one.project.pk, None): one for one in taken_of(issue.year, by_hand)}
    return [known[entry.project_id, entry.item] for entry in drafted if (entry.project_id, entry.item) in known]


@transaction.atomic
def close(*, issue: ListIssue, by: Person, at: datetime) -> ListIssue:
    """结束: the batch takes no entries and no changes any more; refused for a draft and while changes wait."""
    issue = locked(issue)
    access.require(by, Role.OFFICE, Role.CITY, area=issue.area)
    if issue.status != ListStatus.ISSUED:
        raise CannotList("只有已印发的清单可以结束")
    if ListChange.objects.filter(issue=issue, step__in=[ChangeStep.PROPOSED, ChangeStep.SCREENED]).exists():
        raise CannotList("还有变动没有审定，审定后再结束")
    issue.status, issue.closed_on = ListStatus.CLOSED, clock.day_of(at)
    issue.save(update_fields=["status", "closed_on"])
    journal.write(verb="list.closed", by=by, at=at, subject=issue, area=issue.area,
                  data={"list": issue.definition.code, "year": issue.year, "batch": issue.batch})
    return issue
