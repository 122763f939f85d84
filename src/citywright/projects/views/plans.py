"""Which page? The year's plan of a project from draft to its versions, and the money agreed and arrived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citywright.kernel import access, clock
from citywright.kernel.errors import Refusal
from citywright.kernel.http import standing
from citywright.kernel.models import Person
from citywright.kernel.money import ZERO
from citywright.kernel.words import Role
from citywright.ui.attempts import attempt
from citywright.ui.templatetags.ui import wan

from ..actions import plans
from ..forms import plans as forms
from ..models import AnnualPlan, Project
from ..queries import ledger
from ..queries import plans as asked
from ..words import FundKind

#: What is said after each act.
SAYS = {"draft": "计划草稿已保存", "freeze": "计划已冻结", "revise": "计划已调整，另立新版",
        "agree": "资金来源已登记", "arrive": "到位资金已登记"}


class PlanDesk:
    """The plan of one year as one request sees it: its versions, the forms open to the person, what was refused."""

    def __init__(self, request: HttpRequest, code: str) -> None:
        self.request, self.by, self.here = request, cast(Person, request.user), standing(request)
        self.project: Project = ledger.project(self.by, code)
        self.year = year_of(request.GET.get("year", ""), self.here.period.year)
        self.versions = asked.versions(self.project, self.year)
        self.plan: AnnualPlan | None = next((one for one in self.versions if one.in_force), None)
        self.verb = request.POST.get("act", "")
        self.refusal: Refusal | None = None
        self.form = forms.PlanForm(self._posted("draft", "revise"), initial=forms.initial_of(self.plan))
        self.freeze = forms.FreezeForm(self._posted("freeze"), prefix="freeze")
        self.revise = forms.ReviseForm(self._posted("revise"), prefix="revise")

    def _posted(self, *verbs: str) -> Any:
        return self.request.POST if self.verb in verbs else None

    @property
    def frozen(self) -> bool:
        return bool(self.plan and self.plan.frozen_at)

    @property
    def may_edit(self) -> bool:
        return asked.may_edit(self.by, self.project)

    @property
    def may_freeze(self) -> bool:
        return self.may_edit and access.holds(self.by, Role.OFFICE, area=self.project.area)

    @property
    def revising(self) -> bool:
        """Whether the office is changing a frozen plan."""
        asks = self.request.GET.get("revise") == "1" or self.verb == "revise"
        return self.frozen and self.may_freeze and asks

    @property
    def is_open(self) -> bool:
        """Whether the form of the plan is shown, rather than the plan as it stands."""
        return self.revising if self.frozen else self.may_edit

    @property
    def years(self) -> list[int]:
        """The years to choose from: those planned, the one shown, and the next one."""
        now = self.here.period.year
        return sorted({*asked.years_planned(self.project), self.year, now, now + 1})

    @property
    def total(self) -> Any:
        """The sum of the months as kept."""
        return sum((month.invest for month in self.plan.months.all()), ZERO) if self.plan else ZERO

    def act(self) -> Callable[[datetime], Any] | None:
        """What was asked for, once its forms can be read."""
        if self.verb == "freeze" and self.freeze.is_valid():
            return self._freeze
        if self.verb == "draft" and self.form.is_valid():
            return lambda at: plans.draft(project=self.project, year=self.year, by=self.by, at=at, **self.form.given)
        if self.verb == "revise" and all([self.form.is_valid(), self.revise.is_valid()]):
            return self._revise
        return None

    def _freeze(self, at: datetime) -> Any:
        if self.plan is None:
            raise plans.CannotPlan("还没有可以冻结的计划，请先保存草稿")
        return plans.freeze(plans=[self.plan], by=self.by, at=at,
                            approved_doc=self.freeze.cleaned_data["approved_doc"])

    def _revise(self, at: datetime) -> Any:
        if self.plan is None:
            raise plans.CannotPlan("只有已冻结且现行的计划才需要调整")
        return plans.revise(plan=self.plan, by=self.by, at=at, **self.form.given, **self.revise.cleaned_data)


def year_of(text: str, otherwise: int) -> int:
    """The year an address names; anything that is no year of this century is the month's in force."""
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and text.startswith("20") else otherwise


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """年度计划: draft, freeze, revise; every version stays."""
    desk = PlanDesk(request, code)
    act = desk.act() if request.method == "POST" else None
    if act is not None:
        desk.refusal = attempt(request, lambda: act(clock.now()), SAYS[desk.verb])
        if desk.refusal is None:
            return redirect(f"{reverse('projects:plan', args=[code])}?year={desk.year}")
    return render(request, "projects/plan.html", {"desk": desk, "project": desk.project, "form": desk.form},
                  status=409 if desk.refusal else 422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def funds(request: HttpRequest, code: str) -> HttpResponse:
    """资金: what was agreed with whom, what arrived, what was paid."""
    by, here = cast(Person, request.user), standing(request)
    project = ledger.project(by, code)
    found, verb = asked.funds(project), request.POST.get("act", "")
    sources = [(one.source.pk, fund_name(one)) for one in found.rows]
    made: dict[str, django_forms.Form] = {
        "agree": forms.SourceForm(request.POST if verb == "agree" else None, prefix="agree"),
        "arrive": forms.ArrivalForm(request.POST if verb == "arrive" else None, prefix="arrive", sources=sources,
                                    initial={"arrived_on": here.today})}
    refusal: Refusal | None = None
    if request.method == "POST" and verb in made and made[verb].is_valid():
        refusal = attempt(request, lambda: fund_act(verb, project, found, made[verb].cleaned_data, by), SAYS[verb])
        if refusal is None:
            return redirect("projects:funds", code=code)
    return render(request, "projects/funds.html", {
        "project": project, "funds": found, "forms": made, "refusal": refusal, "today": here.today,
        "late": {one.source.pk for one in found.rows if one.late(here.today)},
        "may_edit": asked.may_edit(by, project)}, status=409 if refusal else 422 if request.method == "POST" else 200)


def fund_name(fund: asked.Fund) -> str:
    """A source as it is chosen: kind, note, amount."""
    source = fund.source
    told = [_(FundKind(source.kind).zh), source.note, _("%(amount)s 万元") % {"amount": wan(source.agreed)}]
    return " ".join(part for part in told if part)


def fund_act(verb: str, project: Project, found: asked.Funds, data: dict[str, Any], by: Person) -> Any:
    """Agree a source, or record what arrived of one of this project's."""
    if verb == "agree":
        return plans.agree_fund(project=project, by=by, at=clock.now(), **data)
    source = next(one.source for one in found.rows if one.source.pk == data["source"])
    return plans.record_arrival(source=source, arrived_on=data["arrived_on"], arrived=data["arrived"],
                                paid=data["paid"] or ZERO, fx_rate=data["fx_rate"], by=by, at=clock.now())


urlpatterns: list[URLPattern] = [
    path("projects/<str:code>/plan/", plan, name="plan"),
    path("projects/<str:code>/funds/", funds, name="funds"),
]
