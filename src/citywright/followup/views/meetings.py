"""Which page? The list of meetings, one meeting with its agenda and decisions, its minutes as Word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import attachments, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import say, standing
from citywright.kernel.models import Person
from citywright.ui import panels
from citywright.ui.attempts import status, tried
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import NONE, badge, moment, t

from ..actions import meetings as actions
from ..actions import papers
from ..forms import meetings as forms
from ..models import AgendaItem, Meeting
from ..queries import meetings
from ..rules import meetings as rules
from ..words import AgendaSource, MeetingKind, MeetingStep, TaskStep
from . import forces

NAME = "followup:meetings"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: The tabs everybody has.
VIEWS = (View("全部会议", ""), View("筹备中", "step=called"), View("待印发纪要", "step=held"),
         View("已印发", "step=minuted"))
BADGES = {MeetingStep.CALLED: "plain", MeetingStep.HELD: "claimed", MeetingStep.MINUTED: "verified",
          MeetingStep.CANCELLED: "plain"}


def columns() -> list[Column]:
    """The columns of the list of meetings."""
    return [
        Column("held_at", "时间", lambda m: moment(m.held_at), width=104, sort="held_at"),
        Column("title", "会议", lambda m: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "followup:meeting", args=[m.pk]), m.title, m.title), always=True),
        Column("kind", "种类", lambda m: t(MeetingKind(m.kind)), width=140),
        Column("place", "地点", lambda m: m.place or NONE, width=150),
        Column("step", "状态", lambda m: badge(BADGES[MeetingStep(m.step)], t(MeetingStep(m.step))), width=96),
        Column("number", "纪要", lambda m: meetings.minutes_number(m) or NONE, width=120),
        Column("items", "议题", lambda m: m.n_items, css="num", width=50, sort="n_items"),
        Column("decisions", "议定", lambda m: m.n_decisions, css="num", width=50, sort="n_decisions"),
        Column("tasks", "销号/事项", lambda m: f"{m.n_closed}/{m.n_tasks}", css="num", width=80, sort="n_tasks"),
    ]


def counted(rows: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """Meetings with how many matters, decisions, tasks and confirmed tasks each has."""
    return rows.annotate(
        n_items=Count("items", filter=Q(items__is_dropped=False), distinct=True),
        n_decisions=Count("decisions", distinct=True), n_tasks=Count("decisions__tasks", distinct=True),
        n_closed=Count("decisions__tasks", filter=Q(decisions__tasks__step=TaskStep.CONFIRMED), distinct=True))


FILTERS = (
    Filter("step", "状态", lambda q, values: q.filter(step__in=values), choices=MeetingStep.choices()),
    Filter("kind", "种类", lambda q, values: q.filter(kind__in=values), choices=MeetingKind.choices()),
    Filter("force", "专班", lambda q, values: q.filter(force__name__in=values), offered=False),
)


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings of the area in force, the latest first."""
    where = standing(request)
    rows = counted(meetings.visible_to(request.user).filter(area__path__startswith=where.area.path))
    listing = Listing(request, rows, columns(), name=NAME, filters=FILTERS, order=("-held_at", "pk"), unit="次",
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "followup/meeting_list.html", {
        "list": listing, "today": where.today, "may_call": meetings.hosts(request.user, where.area)})


@require_http_methods(["GET", "POST"])
def meeting_new(request: HttpRequest) -> HttpResponse:
    """Call a meeting of the area in force."""
    by, where = cast(Person, request.user), standing(request)
    if not meetings.hosts(by, where.area):
        raise CannotReach("您没有权限召集会议")
    form = forms.MeetingForm(request.POST or None, forces=meetings.forces_in(by, where.area),
                             initial={"force": request.GET.get("force", ""), "kind": request.GET.get("kind", "")})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.call(area=where.area, by=by, at=clock.now(), **form.cleaned_data))
        if refusal is None:
            messages.success(request, _("会议已召集，请收集议题"))
            return redirect("followup:meeting", key=made.pk)
    return render(request, "followup/meeting_new.html", {"form": form, "refusal": refusal},
                  status=status(request, refusal))


@require_http_methods(["GET", "POST"])
def meeting_amend(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another name, time, place or people."""
    by = cast(Person, request.user)
    found = run_by(by, key)
    form = forms.AmendForm(request.POST or None, initial={
        "title": found.title, "held_at": found.held_at.astimezone(clock.CITY), "place": found.place,
        "chair": found.chair, "attendees": found.attendees})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        refusal = tried(lambda: actions.amend(meeting=found, by=by, at=clock.now(), **form.cleaned_data))[1]
        if refusal is None:
            messages.success(request, _("已保存"))
            return redirect("followup:meeting", key=found.pk)
    return render(request, "followup/meeting_amend.html", {"form": form, "meeting": found, "refusal": refusal},
                  status=status(request, refusal))


def run_by(by: Person, key: UUID) -> Meeting:
    """The meeting whose papers this person keeps."""
    found = meetings.meeting(by, key)
    if not meetings.may_run(by, found):
        raise CannotReach("您没有权限：限召集单位办理")
    return found


# --- one meeting

@dataclass(frozen=True)
class Line:
    """One matter as it is shown: where it comes from, its page, why it is here, the photos taken."""

    item: AgendaItem
    source: str
    href: str
    why: str
    photos: list[str]


def line_of(item: AgendaItem) -> Line:
    """A matter as it is shown."""
    said = item.said or {}
    why = say(meetings.said_of(item)) if said.get("text") else ""
    href = reverse(item.url_name, args=[item.url_key]) if item.url_name else ""
    return Line(item, t(AgendaSource(item.source)), href, why,
                [reverse("kernel:attachment", args=[photo]) for photo in said.get("files", [])])


#: What the one-click acts do, and what is said afterwards.
PLAIN: dict[str, tuple[Callable[..., Any], str]] = {
    "hold": (actions.hold, "会议已召开，请记录议定事项"), "cancel": (actions.cancel, "会议已取消"),
}
ON_ITEM: dict[str, Callable[..., Any]] = {"drop": actions.drop, "restore": actions.restore}


def done(request: HttpRequest, found: Meeting, made: dict[str, django_forms.Form]) -> str | None:
    """Does what was posted and answers what is to be said; None when the form must be filled in again."""
    verb, by, at = request.POST.get("verb", ""), cast(Person, request.user), clock.now()
    name, _dash, key = verb.partition("-")
    if name in PLAIN:
        PLAIN[name][0](meeting=found, by=by, at=at)
        return _(PLAIN[name][1])
    if name == "collect":
        return collected(len(actions.collect(meeting=found, candidates=(), by=by, at=at)))
    if name == "clear":
        picked = meetings.picked(found, request.POST.getlist("pick"))
        return _("已移除 %(count)s 项") % {"count": actions.clear(meeting=found, items=picked, by=by, at=at)}
    if name in ("up", "down", *ON_ITEM) and key.isdecimal() and len(key) < 12:
        item = meetings.item(found, int(key))
        if name in ON_ITEM:
            ON_ITEM[name](item=item, by=by, at=at)
        else:
            actions.shift(item=item, step=-1 if name == "up" else 1, by=by, at=at)
        return ""
    form = made.get(name)
    if form is None or not form.is_valid():
        return None
    return filled(name, form.cleaned_data, found, by)


def collected(count: int) -> str:
    """How many matters came onto the agenda."""
    return _("新收集议题 %(count)s 项") % {"count": count} if count else _("没有新的议题，已有的不重复收集")


def filled(name: str, data: dict[str, Any], found: Meeting, by: Person) -> str:
    """Does what a filled form asks for."""
    at = clock.now()
    if name == "add":
        photo = data.pop("photo", None)
        files = [attachments.keep(name=photo.name, stream=photo, by=by, organisation=found.office, at=at,
                                  allow=attachments.IMAGES)] if photo else []
        actions.add_item(meeting=found, files=files, by=by, at=at, **data)
        return _("议题已列入")
    if name == "decide":
        actions.record(meeting=found, by=by, at=at, **data)
        return _("议定事项已记录，并已交办") if data["units"] else _("议定事项已记录，尚未交办")
    actions.minute(meeting=found, by=by, at=at, **data)
    return _("纪要已印发")


def forms_of(request: HttpRequest, found: Meeting) -> dict[str, django_forms.Form]:
    """The forms of a meeting; the one that was posted is bound."""
    verb, units = request.POST.get("verb", ""), meetings.units_for(found.area)

    def data(name: str) -> Any:
        return request.POST if name == verb else None

    return {"add": forms.ItemForm(data("add"), request.FILES if verb == "add" else None, prefix="add", units=units),
            "decide": forms.DecisionForm(data("decide"), prefix="decide", units=units, items=meetings.agenda(found),
                                         initial={"item": request.GET.get("item", "")}),
            "minute": forms.MinuteForm(data("minute"), prefix="minute")}


@require_http_methods(["GET", "POST"])
def meeting(request: HttpRequest, key: UUID) -> HttpResponse:
    """One meeting: its agenda, what was decided and what became of it, and what may be done now."""
    by = cast(Person, request.user)
    found = meetings.meeting(by, key)
    if request.method == "POST" and not meetings.may_run(by, found):
        raise CannotReach("您没有权限：限召集单位办理")
    made = forms_of(request, found)
    refusal: Refusal | None = None
    if request.method == "POST":
        said, refusal = tried(lambda: done(request, found, made))
        if refusal is None and said is not None:
            if said:
                messages.success(request, said)
            return redirect("followup:meeting", key=found.pk)
    return render(request, "followup/meeting.html", context(by, found, made) | {"refusal": refusal},
                  status=status(request, refusal))


def context(by: Person, found: Meeting, made: dict[str, django_forms.Form]) -> dict[str, Any]:
    """Everything the page of a meeting shows."""
    step = MeetingStep(found.step)
    runs = meetings.may_run(by, found)
    return {
        "meeting": found, "forms": made, "kind": MeetingKind(found.kind), "step": step, "badge_kind": BADGES[step],
        "lines": [line_of(item) for item in meetings.agenda(found)],
        "dropped": [line_of(item) for item in meetings.dropped(found)] if runs else [],
        "decisions": meetings.decisions(found), "number": meetings.minutes_number(found),
        "now": clock.now(), "today": clock.day_of(clock.now()),
        "panels": panels.of("followup:meeting", [found.pk]),
        "may_change": runs and found.step in rules.OPEN_AGENDA, "may_decide": runs and found.step in rules.DECIDING,
        "may_hold": runs and step is MeetingStep.CALLED, "may_minute": runs and step is MeetingStep.HELD,
        "may_hand_out": runs and step in (MeetingStep.HELD, MeetingStep.MINUTED),
    }


@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest, key: UUID, decision: int) -> HttpResponse:
    """A further task of a decision."""
    by = cast(Person, request.user)
    found = run_by(by, key)
    decided = meetings.decision(found, decision)
    form = forms.HandOutForm(request.POST or None, units=meetings.units_for(found.area))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        refusal = tried(lambda: actions.hand_out(decision=decided, by=by, at=clock.now(), **form.cleaned_data))[1]
        if refusal is None:
            messages.success(request, _("已交办"))
            return redirect("followup:meeting", key=found.pk)
    return render(request, "followup/decision.html", {"form": form, "meeting": found, "decision": decided,
                                                      "refusal": refusal}, status=status(request, refusal))


@require_POST
def minutes(request: HttpRequest, key: UUID) -> HttpResponse:
    """The minutes as a Word file; the journal keeps who took it."""
    by = cast(Person, request.user)
    found = meetings.meeting(by, key)
    content = papers.minutes(meeting=found, by=by, at=clock.now())
    return word(content, f"{meetings.minutes_title(found)}{meetings.minutes_number(found)}.docx")


def word(content: bytes, name: str) -> HttpResponse:
    """A Word file to be saved under a name."""
    response = HttpResponse(content, content_type=WORD)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


urlpatterns: list[URLPattern] = [
    path("meetings/", meeting_list, name="meetings"),
    path("meetings/new/", meeting_new, name="meeting_new"),
    path("meetings/<uuid:key>/", meeting, name="meeting"),
    path("meetings/<uuid:key>/amend/", meeting_amend, name="meeting_amend"),
    path("meetings/<uuid:key>/decisions/<int:decision>/", decision, name="decision"),
    path("meetings/<uuid:key>/minutes/", minutes, name="minutes"),
    *forces.urlpatterns,
]
