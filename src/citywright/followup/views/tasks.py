"""Which page? The list of tasks, giving one, one task with its trail and what may be done to it; notices."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.ui.attempts import status, tried
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import NONE, badge, day, moment, t

from ..actions import notices as notice_actions
from ..actions import tasks as actions
from ..forms import tasks as forms
from ..models import Task
from ..queries import alerts as alert_queries
from ..queries import letters, proposals, tasks
from ..queries import notices as notice_queries
from ..rules import tasks as rules
from ..words import LimitKind, LoopName, TaskStep, UnitPart
from .task_acts import did, forms_of, panels

NAME = "followup:tasks"
#: The badge of each step: what waits for the raiser is dashed, what is confirmed filled.
BADGES = {TaskStep.CONFIRMED: "verified", TaskStep.REPLIED: "claimed", TaskStep.OBJECTED: "escalated"}


def number(task: Task) -> str:
    """〔2024〕3号, with its loop."""
    return _("%(loop)s〔%(year)s〕%(number)s号") % {"loop": t(LoopName(task.loop)), "year": task.year,
                                                "number": task.number}


def step_badge(task: Task, late: bool) -> SafeString:
    """The step as a badge; what is behind says so."""
    step = TaskStep(task.step)
    return badge("escalated", _("超期")) if late else badge(BADGES.get(step, "plain"), t(step))


def columns(at: datetime) -> list[Column]:
    """The columns of the list of tasks."""
    today = clock.day_of(at)

    def late(task: Task) -> bool:
        return rules.is_late(task.step, task.due_at, task.next_reply_on, at=at, today=today)

    return [
        Column("title", "事项", lambda task: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "followup:task", args=[task.pk]), task.title, task.title), width=310, always=True),
        Column("number", "编号", number, width=146, css="mut", sort="number"),
        Column("unit", "承办单位", unit_cell, width=150, sort="unit__short_name"),
        Column("raised", "交办单位", lambda task: f"{task.raised_unit.short_name} {day(task.assigned_at)}", width=140,
               sort="assigned_at"),
        Column("step", "状态", lambda task: step_badge(task, late(task)), width=94, css="c", sort="step",
               total=lambda sums: _("超期 %(count)s") % {"count": sums["late"]}),
        Column("due", "期限", lambda task: due_cell(task, at), width=118, css="num", sort="due_at"),
        Column("reply", "下次反馈", lambda task: reply_cell(task, today), width=72, css="num", sort="next_reply_on"),
        Column("again", "退回", lambda task: task.refused_count + task.reopened_count or "", css="num", width=46,
               total=lambda sums: (sums["refused"] or 0) + (sums["reopened"] or 0) or ""),
    ]


def unit_cell(task: Task) -> str:
    """The lead, and how many co-operate."""
    others = sum(row.part == UnitPart.CO for row in task.units.all())
    name = task.unit.short_name
    return _("%(unit)s 等 %(count)s 家") % {"unit": name, "count": others + 1} if others else name


def due_cell(task: Task, at: datetime) -> str:
    """The limit, red with the days late while it is behind, or when it was closed late."""
    if task.due_at is None:
        return NONE
    shown = moment(task.due_at) if task.limit_kind == LimitKind.WORK_HOUR else day(task.due_at)
    if task.step in rules.OWED and task.due_at < at:
        days = max((clock.day_of(at) - clock.day_of(task.due_at)).days, 1)
        return format_html('<span class="neg">{} {}</span>', shown, _("超 %(days)s 天") % {"days": days})
    return format_html('<span class="neg">{}</span>', shown) if task.was_late else shown


def reply_cell(task: Task, today: date) -> str:
    """The day of the next report, red when it is missed."""
    if task.next_reply_on is None:
        return NONE
    late = task.step in rules.OWED and task.next_reply_on < today
    return format_html('<span class="{}">{}</span>', "neg" if late else "", day(task.next_reply_on))


def filters(rows: QuerySet[Task], at: datetime, person: Any) -> list[Filter]:
    """The filters of the list; `mine` are those that wait for the person, `raised` those of the own units."""
    def units() -> list[tuple[str, str]]:
        return list(rows.order_by("unit__position", "unit__code").values_list("unit__code", "unit__short_name")
                    .distinct())

    soon = {"due_at__gte": at, "due_at__lt": at + timedelta(days=rules.SOON_DAYS + 1)}
    return [
        Filter("loop", "闭环", lambda q, values: q.filter(loop__in=values), choices=LoopName.choices()),
        Filter("step", "状态", lambda q, values: q.filter(step__in=values), choices=TaskStep.choices()),
        Filter("unit", "承办单位", lambda q, values: q.filter(unit__code__in=values), choices=units),
        Filter("late", "超期", lambda q, values: q.filter(tasks.late(at)), choices=[("1", "已超期")]),
        Filter("soon", "期限", lambda q, values: q.filter(step__in=rules.OWED, **soon), choices=[("1", "三天内到期")]),
        Filter("open", "办结", lambda q, values: q.filter(step__in=rules.OPEN), choices=[("1", "在办")], offered=False),
        Filter("refused", "退回", lambda q, values: q.filter(step__in=rules.OWED, refused_count__gt=0),
               choices=[("1", "退回重办")], offered=False),
        Filter("campaign", "专项行动", lambda q, values: q.filter(campaign__in=values), offered=False),
        Filter("subject", "事由", lambda q, values: q.filter(subject__in=values), offered=False),
        Filter("mine", "办理", lambda q, values: q.filter(pk__in=tasks.waiting_for_me(person).order_by().values("pk")),
               choices=[("1", "等我办")]),
        Filter("raised", "交办单位", lambda q, values: q.filter(raised_unit__in=tasks.own_units(person)),
               choices=[("1", "我交办的")]),
    ]


VIEWS = (View("全部", ""), View("等我办", "mine=1"), View("我交办的", "raised=1"), View("在办", "open=1"),
         View("待确认", "step=replied"), View("超期", "late=1"), View("已销号", "step=confirmed"))


@require_safe
def task_list(request: HttpRequest) -> HttpResponse:
    """Tasks of the area in force, those behind first."""
    where, at = standing(request), clock.now()
    rows = tasks.within(tasks.visible_to(request.user), where.area)
    listing = Listing(request, rows.prefetch_related("units"), columns(at), name=NAME,
                      filters=filters(rows, at, request.user), order=tasks.order(at), per_page=50, unit="件",
                      sums={"late": Count("pk", filter=tasks.late(at)), "refused": Sum("refused_count"),
                            "reopened": Sum("reopened_count")},
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "followup/task_list.html", {
        "list": listing, "today": where.today, "may_raise": tasks.may_raise(request.user, where.area)})


@require_http_methods(["GET", "POST"])
def task_new(request: HttpRequest) -> HttpResponse:
    """Give a task, of itself or from an alert, a project, a campaign."""
    by, where = cast(Person, request.user), standing(request)
    if not tasks.may_raise(by, where.area):
        raise CannotReach("限项目办、市级项目办和领导交办")
    form = forms.TaskForm(request.POST or None, units=tasks.units_for(where.area), initial=about(request, by))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            data = dict(form.cleaned_data)
            alert = data.pop("alert")
            data["alert"] = alert_queries.alert(by, alert) if alert else None
            give = actions.draft if request.POST.get("verb") == "draft" else actions.assign
            made = give(area=where.area, once=True, by=by, at=clock.now(), **data)
        except CannotReach:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            said = _("已存为拟办：%(number)s") if made.step == TaskStep.DRAFTED else _("已交办%(unit)s：%(number)s")
            messages.success(request, said % {"unit": made.unit.short_name, "number": number(made)})
            return redirect("followup:task", key=made.pk)
    return render(request, "followup/task_new.html", {"form": form, "refusal": refusal},
                  status=status(request, refusal))


def about(request: HttpRequest, by: Person) -> dict[str, Any]:
    """What the form is filled with: what the address says, or the alert it names."""
    asked = request.GET
    found: dict[str, Any] = {name: asked.get(name, "").replace("\0", "")[:most] for name, most in forms.ABOUT.items()}
    found |= {"title": asked.get("title", "").replace("\0", "")[:160], "loop": asked.get("loop", "")}
    alert = alert_queries.alert(by, asked["alert"]) if asked.get("alert") else None
    if alert is not None:
        found |= {"title": alert.title, "subject": alert.subject, "url_name": alert.url_name, "url_key": alert.url_key,
                  "alert": alert.pk, "lead": alert.unit}
    return found


@require_http_methods(["GET", "POST"])
def task(request: HttpRequest, key: UUID) -> HttpResponse:
    """One task: what it asks, what was answered, who did what when, and what this person may do now."""
    by, at = cast(Person, request.user), clock.now()
    found = tasks.task(by, key)
    lines = tasks.trail(found)
    made = forms_of(request, found, tasks.wish(lines))
    verb = request.POST.get("verb", "")
    refusal: Refusal | None = None
    if request.method == "POST" and verb in made and made[verb].is_valid():
        said, refusal = tried(lambda: did(verb, found, made[verb].cleaned_data, by, at))
        if refusal is None:
            messages.success(request, said)
            return redirect("followup:task", key=found.pk)
    return render(request, "followup/task.html", shown(found, by, at) | {
        "trail": [(line, tasks.told(line)) for line in lines if tasks.told(line)],
        "panels": panels(found, made, by, at, tasks.wish(lines)), "refusal": refusal},
        status=status(request, refusal))


def shown(found: Task, by: Person, at: datetime) -> dict[str, Any]:
    """What the page of a task shows besides its forms."""
    late = rules.is_late(found.step, found.due_at, found.next_reply_on, at=at, today=clock.day_of(at))
    proposal = tasks.proposal_of(found)
    return {"task": found, "number": number(found), "late": late, "badge": step_badge(found, late),
            "units": tasks.units_of(found), "replies": tasks.replies_of(found), "href": tasks.page_of(found),
            "loop": LoopName(found.loop), "left": tasks.left(found, at), "limit_kind": LimitKind(found.limit_kind),
            "proposal": proposal, "opinion_due": proposals.opinion_due(proposal) if proposal else None,
            "owed": found.step in rules.OWED,
            "letters": found.letters.order_by("issued_at"), "may_issue": letters.may_issue(by, found.area)}


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """每日通知: mine, the latest first; opening the page reads today's."""
    by, now = cast(Person, request.user), clock.now()
    standing(request)
    kept = list(notice_queries.visible_to(by)[:30])
    if any(notice.read_at is None for notice in kept):
        notice_actions.read_all(by=by, at=now)
    days = [(notice, [(notice_queries.said(line), line.get("url", "")) for line in notice.lines]) for notice in kept]
    return render(request, "followup/notice_list.html", {"days": days})


urlpatterns: list[URLPattern] = [
    path("tasks/", task_list, name="tasks"),
    path("tasks/new/", task_new, name="task_new"),
    path("tasks/<uuid:key>/", task, name="task"),
    path("notices/", notice_list, name="notices"),
]
