"""Which page? The butler's worklist by slack and weight, the service page of one dossier, letters that wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.queries import saved_views
from citywright.ui.tables import Column, Filter, Listing, View
from citywright.ui.templatetags.ui import day, moment, t

from ..actions import butlers, people
from ..forms import people as forms
from ..models import Dossier, Message
from ..queries import catalogue as catalogues
from ..queries import dossiers
from ..queries import people as queries
from ..queries.people import Journey
from ..words import MessageKind, ServicePhase
from .plan_picture import Names, dated
from .sentences import sentences

#: How many dossiers the worklist shows before it is unfolded.
SHOWN = 40


@require_safe
def worklist(request: HttpRequest) -> HttpResponse:
    """The dossiers of one butler, of all, or without one: the least slack first, weighted; and each butler's load."""
    here, person = standing(request), cast(Person, request.user)
    is_butler = access.holds(person, Role.STEWARD)
    chosen = request.GET.get("butler", "me" if is_butler else "").replace("\0", "")[:150]
    found = queries.worklist(person, here.area, here.today, person.username if chosen == "me" else chosen)
    everything = request.GET.get("all") == "1"
    return render(request, "approvals/butler.html", {
        "rows": [line(one) for one in (found if everything else found[:SHOWN])], "count": len(found),
        "more": 0 if everything else max(len(found) - SHOWN, 0), "today": here.today, "chosen": chosen,
        "is_butler": is_butler, "loads": queries.carried(person, here.area),
        "waiting": queries.messages(person).filter(replied_at__isnull=True,
                                                   dossier__project__area__path__startswith=here.area.path).count()})


def line(one: queries.Work) -> dict[str, Any]:
    """One dossier of the worklist, with what to do first in words."""
    on, names = one.plan.on, Names(one.plan, {})
    steps = one.plan.next_steps
    return {"project": one.dossier.project, "butler": one.butler, "weight": one.dossier.weight, "slack": one.slack,
            "slack_words": str(one.slack).replace("-", "−"),
            "expected": dated(one.expected, on) if one.expected else "", "phase": one.phase,
            "due": dated(one.due, on) if one.due else "", "waiting": one.waiting, "urged": one.urged,
            "owner": one.owner, "late": one.late, "running": len(one.running),
            "first": names.task(steps[0].task.code) if steps else ""}


# --- one dossier -----------------------------------------------------------------------------------------------------

def _assign(row: Dossier, data: dict[str, Any], by: Person, at: datetime) -> str:
    butlers.assign(dossier=row, person=data["chosen"], by=by, at=at)
    return _("管家已指派")


def _hand_over(row: Dossier, data: dict[str, Any], by: Person, at: datetime) -> str:
    butlers.hand_over(dossier=row, person=data["chosen"], words=data["words"], by=by, at=at)
    return _("已交接")


def _note(row: Dossier, data: dict[str, Any], by: Person, at: datetime) -> str:
    butlers.note(dossier=row, phase=ServicePhase(data["phase"]), text=data["text"], is_told=data["is_told"], by=by,
                 at=at)
    return _("已记录")


def _reply(row: Dossier, data: dict[str, Any], by: Person, at: datetime) -> str:
    people.reply(message=queries.message(by, data["message"]), text=data["text"], by=by, at=at)
    return _("已答复")


def _close(row: Dossier, data: dict[str, Any], by: Person, at: datetime) -> str:
    people.close_page(dossier=row, by=by, at=at)
    return _("进度页链接已停用")


ACTS: dict[str, Callable[[Dossier, dict[str, Any], Person, datetime], str]] = {
    "assign": _assign, "hand_over": _hand_over, "note": _note, "told": _note, "reply": _reply, "close": _close}


@never_cache
@require_http_methods(["GET", "POST"])
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Everything round the people of one dossier; opening the enterprise's page shows its link this once."""
    by, at, verb = cast(Person, request.user), clock.now(), request.POST.get("verb", "")
    found, refusal, link = dossiers.dossier(by, code), None, ""
    journey = Journey(found, clock.day_of(at))
    made = forms_of(request, journey, verb)
    form = made.get(verb)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            if verb == "open" and form is not None:
                token = people.open_page(dossier=found, days=form.cleaned_data["days"], by=by, at=at)
                link = request.build_absolute_uri(reverse("approvals:enterprise", args=[token]))
                found.refresh_from_db(fields=["token_digest", "token_until"])
            elif verb in ACTS:
                data = dict(form.cleaned_data) if form is not None else {}
                if isinstance(form, forms.AssignForm):
                    data["chosen"] = form.chosen
                messages.success(request, ACTS[verb](found, data, by, at))
                return redirect("approvals:service", code=code)
        except CannotReach:
            raise
        except Refusal as refused:
            refusal = refused
    status = 409 if refusal else 422 if request.method == "POST" and not link else 200
    return render(request, "approvals/service.html", told(journey, made, by) | {"refusal": refusal, "link": link},
                  status=status)


def forms_of(request: HttpRequest, journey: Journey, verb: str) -> dict[str, django_forms.Form]:
    """The form of each act; the one that was posted is bound."""
    def data(name: str) -> Any:
        return request.POST if verb == name else None

    now = journey.butler.person if journey.butler else None
    made: dict[str, django_forms.Form] = {
        "note": forms.NoteForm(data("note"), initial={"phase": journey.phase}),
        "told": forms.NoteForm(data("told")), "reply": forms.ReplyForm(data("reply")),
        "open": forms.PageForm(data("open"))}
    if now is None or verb == "assign":
        made["assign"] = forms.AssignForm(data("assign"), dossier=journey.dossier)
    if now is not None or verb == "hand_over":
        made["hand_over"] = forms.HandOverForm(data("hand_over"), dossier=journey.dossier, leaving=now)
    return made


def told(journey: Journey, made: dict[str, django_forms.Form], by: Person) -> dict[str, Any]:
    """What the page of one dossier shows."""
    row, plan = journey.dossier, journey.plan
    units = {code: unit.short_name for code, unit in catalogues.units(row.project.area).items()}
    area, may = row.project.area, queries.may_serve(by, row)
    rules_over = access.roles_over(by, unit=None, area=area)
    now = journey.butler
    names = Names(plan, units)
    return {
        "dossier": row, "project": row.project, "journey": journey, "forms": made, "may_serve": may,
        "may_assign": now is None and bool(rules_over & {Role.OFFICE, Role.CITY, Role.STEWARD}),
        "may_hand_over": now is not None and (now.person_id == by.pk or bool(rules_over & {Role.OFFICE, Role.CITY})),
        "sentences": sentences(journey, names) if plan.codes else [], "phase": journey.phase,
        "butlers": list(row.butlers.select_related("person").order_by("-from_on", "-pk")),
        "notes": list(row.notes.select_related("by").order_by("-at")[:60]),
        "ratings": list(journey.rated.values()), "counts": plan.counts(plan.codes),
        "names": {code: names.task(code) for code in plan.file.items},
        "opens": bool(row.token_digest) and row.token_until is not None and row.token_until >= journey.on}


# --- letters that wait -----------------------------------------------------------------------------------------------

MESSAGES = "approvals:letters"
VIEWS = (View("待答复", ""), View("咨询", "kind=question"), View("催办", "kind=urge"), View("全部来信", "state=all"))


def columns() -> list[Column]:
    """The columns of the list of messages."""
    return [
        Column("text", "来信", lambda m: format_html('<a class="nm" href="{}#m{}" title="{}">{}</a>', reverse(
            "approvals:service", args=[m.dossier.project.code]), m.pk, m.text, m.text), width=330, always=True),
        Column("kind", "种类", lambda m: t(MessageKind(m.kind)), width=70, sort="kind"),
        Column("project", "项目", lambda m: format_html('<span class="nm" title="{}">{}</span>', m.dossier.project.name,
                                                      m.dossier.project.name), width=230,
               sort="dossier__project__name"),
        Column("unit", "部门", lambda m: m.handling.unit.short_name if m.handling and m.handling.unit else "—",
               width=100),
        Column("at", "来信时间", lambda m: moment(m.at), width=120, css="num", sort="at"),
        Column("reply", "答复", answered, width=170),
    ]


def answered(message: Message) -> str:
    """By whom and when it was answered."""
    if message.replied_at is None:
        return format_html('<span class="neg">{}</span>', _("待答复"))
    return f"{message.replied_by} {day(message.replied_at)}"


@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """What enterprises asked and urged, the oldest that waits first."""
    here, person = standing(request), cast(Person, request.user)
    rows = queries.messages(person).filter(dossier__project__area__path__startswith=here.area.path)
    if request.GET.get("state") != "all":
        rows = rows.filter(replied_at__isnull=True)
    filters = [Filter("kind", "种类", lambda q, values: q.filter(kind__in=values), choices=MessageKind.choices()),
               Filter("state", "状态", lambda q, values: q, choices=[("all", "含已答复")])]
    listing = Listing(request, rows, columns(), name=MESSAGES, filters=filters, order=("at", "pk"), unit="件",
                      views=[*VIEWS, *saved_views(person, MESSAGES)])
    return render(request, "approvals/letters.html", {"list": listing})


urlpatterns: list[URLPattern] = [
    path("approvals/butler/", worklist, name="butler"),
    path("approvals/messages/", letters, name="letters"),
    path("approvals/<str:code>/service/", service, name="service"),
]
