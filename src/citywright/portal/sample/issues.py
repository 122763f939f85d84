"""The sample's lists: a second batch of the key list, changes to it, the reserve of the month, a draft, one of its own.

Everything is invented. The ceremony of the quarter is issued with the lists of the year in `way`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from citywright.projects.actions import lists
from citywright.projects.models import ListChange, ListDefinition, ListEntry, ListIssue
from citywright.projects.queries.listing import Filters
from citywright.projects.words import ChangeKind, ListKind

from .diary import Act, Diary
from .way import at_nine

#: The key list's second batch, which replaces the first: day and number; how many of the first are no longer on it.
SECOND, SECOND_NO, FEWER = date(2024, 3, 11), "示例政办字〔2024〕9号", 3
#: The monthly issue of the reserve.
RESERVE, RESERVE_NO = date(2024, 2, 29), "示例项目办〔2024〕7号"
#: What is asked of the second batch: kind, which row (from the end of those on or off it), reason, how far it came.
ASKED: tuple[tuple[ChangeKind, int, str, str], ...] = (
    (ChangeKind.REMOVE, 4, "投资主体变更，当年不再实施", "accepted"),
    (ChangeKind.REMOVE, 9, "规划条件调整，申请退出年度清单", "refused"),
    (ChangeKind.RESTORE, 4, "投资主体已落实，申请恢复", "screened"),
    (ChangeKind.REMOVE, 14, "与相邻地块合并实施", "proposed"),
    (ChangeKind.ADD, 1, "手续已齐备，申请增补为区重点", "screened"),
    (ChangeKind.ADD, 0, "市级调度增补", "accepted"),
)


def note_issues(diary: Diary) -> None:
    """The lists of the first quarter and what became of them."""
    kept: dict[str, ListIssue] = {}
    diary.note(at_nine(RESERVE, 41), issued_by_rule(diary, "RSV", RESERVE_NO))
    diary.note(at_nine(SECOND, 42), second_batch(diary, kept))
    for n, (kind, place, reason, fate) in enumerate(ASKED):
        change: dict[str, ListChange] = {}
        asked = SECOND + timedelta(days=1 + n * 2)
        diary.note(at_nine(asked, 50 + n), asking(diary, kept, change, kind, place, reason))
        if fate != "proposed":
            diary.note(at_nine(asked + timedelta(days=1), 50 + n), screening(diary, change, fate))
        if fate == "accepted":
            diary.note(at_nine(asked + timedelta(days=2), 50 + n), accepting(diary, change))
    diary.note(at_nine(date(2024, 3, 25), 60), drafting(diary, "NEW"))
    diary.note(at_nine(date(2024, 3, 26), 61), defining(diary))


def of(code: str) -> ListDefinition:
    """The list with this code."""
    return ListDefinition.objects.get(code=code)


def issued_by_rule(diary: Diary, code: str, number: str) -> Act:
    """A list is drafted from its rule and issued the same day."""
    def act(at: datetime) -> None:
        made = lists.draft(definition=of(code), area=diary.ground.district, year=2024, on=at.date(),
                           by=diary.ground.office, at=at)
        lists.publish(issue=made, doc_no=number, issued_on=at.date(), by=diary.ground.office, at=at)
    return act


def second_batch(diary: Diary, kept: dict[str, ListIssue]) -> Act:
    """The key list is issued again without the last few of the first batch."""
    def act(at: datetime) -> None:
        by = diary.ground.office
        made = lists.draft(definition=of("KEY-D"), area=diary.ground.district, year=2024, on=at.date(), by=by, at=at)
        drafted = list(ListEntry.objects.filter(issue=made).order_by("project__code"))
        lists.strike(issue=made, entries=drafted[-FEWER:], by=by, at=at)
        first = ListIssue.objects.get(definition=of("KEY-D"), area=diary.ground.district, batch=1)
        lists.close(issue=first, by=by, at=at)
        kept["KEY-D"] = lists.publish(issue=made, doc_no=SECOND_NO, issued_on=at.date(), by=by, at=at)
    return act


def asking(diary: Diary, kept: dict[str, ListIssue], change: dict[str, ListChange], kind: ChangeKind, place: int,
           reason: str) -> Act:
    """The clerk of the leading unit asks for a change."""
    def act(at: datetime) -> None:
        issue = kept["KEY-D"]
        stood = ListEntry.objects.filter(issue=issue).order_by("project__code").exclude(snapshot={})
        if kind is ChangeKind.ADD:
            struck = ListEntry.objects.filter(issue=issue, snapshot={}).exclude(
                project__in=stood.values("project")).order_by("project__code")
            project = struck[place].project
        else:
            project = stood.order_by("project__code", "pk")[place].project
        change["made"] = lists.propose(issue=issue, project=project, kind=kind, reason=reason, at=at,
                                       by=diary.ground.clerks[project.lead_unit.code])
    return act


def screening(diary: Diary, change: dict[str, ListChange], fate: str) -> Act:
    """The office screens it, or refuses."""
    def act(at: datetime) -> None:
        if fate == "refused":
            lists.refuse(change=change["made"], opinion="手续齐备，按年度计划继续推进", by=diary.ground.office, at=at)
        else:
            lists.screen(change=change["made"], opinion="情况属实", by=diary.ground.office, at=at)
    return act


def accepting(diary: Diary, change: dict[str, ListChange]) -> Act:
    """The leader decides."""
    def act(at: datetime) -> None:
        lists.accept(change=change["made"], doc_no="示例政办函〔2024〕3号", on=at.date(), opinion="同意",
                     by=diary.ground.people["leader"], at=at)
    return act


def drafting(diary: Diary, code: str) -> Act:
    """A batch that waits for its number."""
    def act(at: datetime) -> None:
        lists.draft(definition=of(code), area=diary.ground.district, year=2024, on=at.date(), by=diary.ground.office,
                    at=at)
    return act


def defining(diary: Diary) -> Act:
    """The office's own list: who lags behind."""
    def act(at: datetime) -> None:
        given: dict[str, Any] = {"lamp": ("red",), "kind": ("new_start", "continue")}
        lists.define(name="红灯攻坚项目", definition="综合灯为红灯的新开工和续建项目，每周会商（示例）",
                     kind=ListKind.QUERY, unit=diary.ground.office.memberships.get().organisation,
                     filters=Filters(**given), by=diary.ground.office, at=at)
    return act
