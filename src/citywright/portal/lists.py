"""Columns and filters of the portal's own lists: 较上周 and 消息."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from citywright.followup.models import Alert
from citywright.followup.queries import letters
from citywright.followup.queries import tasks as followed
from citywright.followup.words import AlertKind, AlertStep
from citywright.kernel.http import say
from citywright.kernel.models import Area
from citywright.kernel.words import Lamp
from citywright.projects.models import GatePassage, LampSnapshot, Problem
from citywright.projects.queries import attention
from citywright.projects.words import Dimension
from citywright.ui.tables import Column, Filter
from citywright.ui.templatetags.ui import NONE, badge, day, lamp

from . import queries


def _project(row: Any) -> str:
    link = reverse("projects:project", args=[row.project.code])
    return format_html('<a class="nm" href="{}">{}</a>', link, row.project.name)


def _what(row: LampSnapshot | GatePassage | Problem) -> Any:
    """What happened to the project, by the kind of row."""
    if isinstance(row, LampSnapshot):
        bad = [gettext(d.zh) for d in attention.SEVEN if getattr(row, d.value) in attention.RANKS]
        return lamp(row.shown, words=gettext("、").join(bad))
    if isinstance(row, Problem):
        return format_html('<a href="{}">{}</a>', reverse("projects:problem", args=[row.pk]), row.title)
    return row.get_gate_display()


def _day(row: LampSnapshot | GatePassage | Problem) -> str:
    if isinstance(row, LampSnapshot):
        return day(row.run.as_of)
    return day(row.event_on) if isinstance(row, GatePassage) else day(row.closed_at or row.raised_at)


CHANGED = (
    Column("project", "项目", _project, sort="project__name", always=True),
    Column("code", "编码", lambda row: row.project.code, width=150, css="mut"),
    Column("unit", "责任单位", lambda row: row.project.lead_unit.short_name, width=120,
           sort="project__lead_unit__short_name"),
    Column("what", "变化", _what, width=320),
    Column("day", "日期", _day, width=90, css="num"),
)


def _title(row: Alert) -> str:
    return format_html('<a class="nm" href="{}">{}</a>', reverse(row.url_name, args=[row.url_key]), row.title)


def _kind(row: Alert) -> str:
    return badge("escalated" if row.kind != AlertKind.REMIND else "plain", gettext(AlertKind(row.kind).zh))


def _reason(row: Alert) -> Any:
    """The lamp, when it was one that raised the alert, and the sentence that says why."""
    words = say(attention.said(row.reason))
    known = {dimension.value: gettext(dimension.zh) for dimension in Dimension}
    also = [known.get(code, code) for code in row.also or []]
    if also:
        words += gettext("（同一原因，同时亮灯：%(names)s）") % {"names": gettext("、").join(also)}
    return lamp(row.lamp, words=words, reason=words) if row.lamp else words


def _step(row: Alert) -> str:
    """A button to sign for it, or who did."""
    if row.step != AlertStep.RAISED:
        return gettext(AlertStep(row.step).zh)
    return format_html('<button type="submit" class="btn btn--q" formaction="{}">{}</button>',
                       reverse("message_take", args=[row.pk]), gettext("签收"))


ALERTS = (
    Column("kind", "种类", _kind, width=90, sort="kind"),
    Column("title", "事由", _title, width=260, always=True),
    Column("why", "原因", _reason),
    Column("unit", "单位", lambda row: row.unit.short_name, width=110, sort="unit__short_name"),
    Column("raised", "发出", lambda row: day(row.raised_on), width=76, css="num", sort="raised_on"),
    Column("due", "期限", lambda row: day(row.due_on) if row.due_on else NONE, width=76, css="num", sort="due_on"),
    Column("step", "签收", _step, width=72, css="num", sort="step"),
)


def _hand(row: Alert) -> str:
    """A link to give it as a task."""
    return format_html('<a href="{}?alert={}">{}</a>', reverse("followup:task_new"), row.pk, gettext("交办"))


def _letter(row: Alert) -> str:
    """A link to write a letter about it."""
    return format_html('<a href="{}?alert={}">{}</a>', reverse("followup:letter_new"), row.pk, gettext("签发文书"))


def alert_columns(person: Any, area: Area) -> tuple[Column, ...]:
    """The columns of 消息; whoever gives tasks or writes letters in the area can do so about an alert."""
    hand = [Column("hand", "办理", _hand, width=84, css="num")] if followed.may_raise(person, area) else []
    letter = [Column("letter", "督查文书", _letter, width=96, css="num")] if letters.may_issue(person, area) else []
    return (*ALERTS, *hand, *letter)


def _of(column: str) -> Any:
    def narrow(rows: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        return rows.filter(**{f"{column}__in": values})

    return narrow


def alert_filters(person: Any) -> tuple[Filter, ...]:
    """The filters of 消息; `mine` narrows to what is told to my own units."""
    return (*ALERT_FILTERS, Filter("mine", "发给", lambda rows, _: rows.filter(unit__in=queries.my_units(person)),
                                   [("1", "我的单位")]))


ALERT_FILTERS = (
    Filter("kind", "种类", _of("kind"), AlertKind.choices()),
    Filter("step", "状态", _of("step"), [(s.value, s.zh) for s in (AlertStep.RAISED, AlertStep.TAKEN)]),
    Filter("lamp", "灯色", _of("lamp"), [(s.value, s.zh) for s in (Lamp.RED, Lamp.YELLOW)]),
)
