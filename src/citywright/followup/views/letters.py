"""Which page? The list of letters, one letter and what may be done with it, its Word file; ladders as they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citywright.kernel import clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.ui.attempts import status, tried
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import badge, day, t

from ..actions import letters as actions
from ..actions import papers
from ..forms import letters as forms
from ..models import Alert, Letter, Task
from ..queries import alerts, letters, meetings, tasks
from ..rules import letters as rules
from ..words import LetterStep, RungColour
from . import ladders
from .meetings import word

NAME = "followup:letters"
VIEWS = (View("全部文书", ""), View("等我办", "mine=1"), View("待签收", "step=issued"), View("待回复", "step=signed"),
         View("待认可", "step=answered"), View("应升级", "climb=1"))
BADGES = {LetterStep.ISSUED: "plain", LetterStep.SIGNED: "plain", LetterStep.ANSWERED: "claimed",
          LetterStep.ACCEPTED: "verified", LetterStep.CLIMBED: "escalated"}


def colour_cell(letter: Letter) -> str:
    """The paper's name, with its colour in words and as a square."""
    rung = rules.rung(letter.ladder.rungs, letter.rung)
    name = _(rung.name) if rung else letter.mark
    if letter.colour == RungColour.NONE:
        return name
    return format_html('<span class="lt-colour lt-colour--{}">{}</span>', letter.colour, name)


def columns(now: datetime) -> list[Column]:
    """The columns of the list of letters."""
    return [
        Column("number", "文号", lambda one: format_html('<a class="nm" href="{}">{}</a>', reverse(
            "followup:letter", args=[one.pk]), letters.number_of(one)), width=140, always=True),
        Column("rung", "文书", colour_cell, width=140),
        Column("title", "督办事项", lambda one: format_html('<a class="nm" href="{}" title="{}">{}</a>', reverse(
            "followup:letter", args=[one.pk]), one.title, one.title)),
        Column("unit", "主送单位", lambda one: one.unit.short_name, width=110, sort="unit__short_name"),
        Column("issued", "签发", lambda one: day(one.issued_at), width=76, css="num", sort="issued_at"),
        Column("due", "期限", lambda one: due_cell(one, now), width=130, css="num", sort="due_at"),
        Column("step", "状态", lambda one: badge(BADGES[LetterStep(one.step)], t(LetterStep(one.step))), width=112),
    ]


def due_cell(letter: Letter, now: datetime) -> str:
    """The day, red with the days late while the unit still owes its answer."""
    if letter.step not in rules.WAITING or letter.due_at >= now:
        return day(letter.due_at)
    late = _("超期 %(days)s 天") % {"days": max((clock.day_of(now) - clock.day_of(letter.due_at)).days, 1)}
    return format_html('<span class="neg">{} {}</span>', day(letter.due_at), late)


def filters(rows: QuerySet[Letter], person: Any, due: Callable[[], list[Any]]) -> list[Filter]:
    """The filters of the list of letters."""
    def units() -> list[tuple[str, str]]:
        return list(rows.order_by("unit__position", "unit__code").values_list("unit__code", "unit__short_name")
                    .distinct())

    return [
        Filter("step", "状态", lambda q, values: q.filter(step__in=values), choices=LetterStep.choices()),
        Filter("colour", "颜色", lambda q, values: q.filter(colour__in=values), choices=RungColour.choices()),
        Filter("unit", "主送单位", lambda q, values: q.filter(unit__code__in=values), choices=units),
        Filter("climb", "升级", lambda q, values: q.filter(pk__in=due()), choices=[("1", "应升级")]),
        Filter("mine", "办理", lambda q, values: q.filter(pk__in=letters.waiting_for_me(person).values("pk")),
               choices=[("1", "等我办")]),
    ]


@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """Letters of the area in force, the latest first."""
    where, now = standing(request), clock.now()
    rows = letters.visible_to(request.user).filter(area__path__startswith=where.area.path)

    def due() -> list[Any]:
        return [one.pk for one in letters.due_to_climb(where.area, where.today)]

    listing = Listing(request, rows, columns(now), name=NAME, filters=filters(rows, request.user, due),
                      order=("-issued_at", "pk"), unit="份",
                      views=[*VIEWS, *saved_views(cast(Person, request.user), NAME)])
    return render(request, "followup/letter_list.html", {
        "list": listing, "today": where.today, "may_issue": letters.may_issue(request.user, where.area)})


# --- a new one

def about(request: HttpRequest) -> tuple[Task | None, Alert | None]:
    """The task or alert named in the address, as the person may see it."""
    task, alert = request.GET.get("task", ""), request.GET.get("alert", "")
    try:
        return (tasks.task(request.user, task) if task else None,
                alerts.alert(request.user, alert) if alert else None)
    except ValidationError:
        raise CannotReach("没有这项事项，或您无权查看") from None


def told(task: Task | None, alert: Alert | None) -> dict[str, Any]:
    """What can be filled in already."""
    if task is not None:
        return {"title": task.title, "content": task.content or task.title, "unit": task.unit_id}
    return {"title": alert.title, "unit": alert.unit_id} if alert is not None else {}


def named(task: Task | None, alert: Alert | None) -> dict[str, Any]:
    """What the letter is about, as the journal names it, and where its page is."""
    if task is not None:
        return {"task": task, "alert": task.alert, "subject": task.subject, "url_name": "followup:task",
                "url_key": str(task.pk)}
    if alert is not None:
        return {"alert": alert, "subject": alert.subject, "url_name": alert.url_name, "url_key": alert.url_key}
    return {}


@require_http_methods(["GET", "POST"])
def letter_new(request: HttpRequest) -> HttpResponse:
    """Write a letter, about a task, an alert, or a matter of its own."""
    by, where = cast(Person, request.user), standing(request)
    if not letters.may_issue(by, where.area):
        raise CannotReach("您没有权限签发督查文书")
    task, alert = about(request)
    form = forms.LetterForm(request.POST or None, units=meetings.units_for(where.area),
                            ladders=list(letters.ladders()), initial=told(task, alert))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        made, refusal = tried(lambda: actions.issue(
            area=where.area, by=by, at=clock.now(), **named(task, alert), **form.cleaned_data))
        if refusal is None:
            messages.success(request, _("已签发 %(number)s") % {"number": letters.number_of(made)})
            return redirect("followup:letter", key=made.pk)
    return render(request, "followup/letter_new.html", {"form": form, "refusal": refusal, "task": task,
                                                        "alert": alert}, status=status(request, refusal))


# --- one letter

#: What can be done to a letter, and what is said afterwards.
ACTS: dict[str, tuple[Callable[..., Letter], str]] = {
    "sign": (actions.sign, "已签收，请按期办理并回复"), "answer": (actions.answer, "已回复，待发文单位认可"),
    "accept": (actions.accept, "已认可，文书了结"), "return": (actions.return_, "已退回，由主送单位再次回复"),
    "climb": (actions.climb, "已升级，上一级文书已签发"),
}


@require_http_methods(["GET", "POST"])
def letter(request: HttpRequest, key: UUID) -> HttpResponse:
    """One letter, the rungs it climbed, and what this person may do with it."""
    by = cast(Person, request.user)
    found = letters.letter(by, key)
    verb = request.POST.get("verb", "")
    made = forms_of(request, verb)
    refusal: Refusal | None = None
    if request.method == "POST" and verb in ACTS and made[verb].is_valid():
        after, refusal = tried(lambda: ACTS[verb][0](letter=found, by=by, at=clock.now(), **made[verb].cleaned_data))
        if refusal is None:
            messages.success(request, _(ACTS[verb][1]))
            return redirect("followup:letter", key=after.pk)
    return render(request, "followup/letter.html", context(by, found, made) | {"refusal": refusal},
                  status=status(request, refusal))


def forms_of(request: HttpRequest, verb: str) -> dict[str, django_forms.Form]:
    """The form of each act; the one that was posted is bound."""
    kinds = {"answer": forms.AnswerForm, "return": forms.ReturnForm}
    return {name: kinds.get(name, django_forms.Form)(request.POST if name == verb else None, prefix=name)
            for name in ACTS}


def context(by: Person, found: Letter, made: dict[str, django_forms.Form]) -> dict[str, Any]:
    """Everything the page of a letter shows."""
    step, now = LetterStep(found.step), clock.now()
    mine, judging = letters.answers_for(by, found), letters.judges(by, found)
    above = rules.above(found.ladder.rungs, found.rung)
    late = step in rules.WAITING and found.due_at < now
    return {
        "letter": found, "forms": made, "step": step, "badge_kind": BADGES[step], "number": letters.number_of(found),
        "rung": rules.rung(found.ladder.rungs, found.rung), "colour": RungColour(found.colour), "late": late,
        "above": above, "climbs": letters.climbs(found, clock.day_of(now)),
        "chain": [(one, letters.number_of(one), LetterStep(one.step)) for one in letters.chain(found)],
        "about": reverse(found.url_name, args=[found.url_key]) if found.url_name else "",
        "may_sign": mine and step is LetterStep.ISSUED, "may_answer": mine and step is LetterStep.SIGNED,
        "may_judge": judging and step is LetterStep.ANSWERED, "may_climb": judging and late and above is not None}


@require_POST
def letter_paper(request: HttpRequest, key: UUID) -> HttpResponse:
    """The letter as a Word file; the journal keeps who took it."""
    by = cast(Person, request.user)
    found = letters.letter(by, key)
    return word(papers.letter(letter=found, by=by, at=clock.now()), f"{letters.number_of(found)}{found.title}.docx")


urlpatterns: list[URLPattern] = [
    path("letters/", letter_list, name="letters"),
    path("letters/new/", letter_new, name="letter_new"),
    path("letters/<uuid:key>/", letter, name="letter"),
    path("letters/<uuid:key>/paper/", letter_paper, name="letter_paper"),
    *ladders.urlpatterns,
]
