"""The ledger: which projects a person sees, and the figures of a month beside each.

`visible_to` is the only door to project rows. `ledger` adds the year's plan, the month's money, the lamps and the
report's step, each by a join that matches at most one row, so that one query serves a page, its sums and its order.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from citywright.kernel import access
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area
from citywright.kernel.money import MoneyField

from ..models import GatePassage, InvestmentFact, LampRun, ListEntry, ListIssue, PlanMonth, Project
from ..rules.lists import ADDING
from ..words import Gate, ListStatus, PassageResult, Source

PASSED = (PassageResult.ACCEPTED, PassageResult.WAIVED)


def visible_to(person: Any) -> QuerySet[Project]:
    """Every project the person may see, packages and parts, left and still here."""
    return access.rows(person, Project.objects.all())


def project(person: Any, code: str) -> Project:
    """The visible project with this code; refuses the same way whether it is hidden or does not exist."""
    found = (visible_to(person).select_related("category", "area", "lead_unit", "parent").filter(code=code).first())
    if found is None:
        raise CannotReach("没有项目 %(code)s，或您无权查看", code=code)
    return found


def leaves(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Those that counts run over: no packages, nothing dropped or merged (suspended projects stay)."""
    return projects.filter(is_leaf=True).exclude(exit__in=["dropped", "merged"])


def within(projects: QuerySet[Project], area: Area | None) -> QuerySet[Project]:
    """Those that lie in an area; None means no limit."""
    return projects if area is None else projects.filter(area__path__startswith=area.path)


def run_in_force(area: Area, on: date) -> LampRun | None:
    """The latest judging up to a day that covers the area: its own, else that of the nearest area above; or None."""
    above = [area.path[:length] for length in range(2, len(area.path) + 1)]
    made = LampRun.objects.filter(area__path__in=above, as_of__lte=on).select_related("rule_set")
    return made.order_by("-area__path", "-as_of", "-number").first()


def runs_until(area: Area, on: date) -> QuerySet[LampRun]:
    """The judgings of the area up to a day with their rules, the latest first."""
    return LampRun.objects.filter(area=area, as_of__lte=on).select_related("rule_set").order_by("-as_of", "-number")


def with_gate_days(projects: QuerySet[Project], *gates: Gate) -> QuerySet[Project]:
    """Adds `<gate>_on`, the verified event day of each gate, None when not passed."""
    for gate in gates:
        name = f"passed_{gate.value}"
        projects = projects.annotate(**{
            name: FilteredRelation("passages", condition=Q(passages__gate=gate, passages__in_force=True,
                                                           passages__result__in=PASSED)),
            f"{gate.value}_on": F(f"{name}__event_on"),
        })
    return projects


def with_stage(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Adds `verified_rank` and `claimed_rank`, the furthest gate accepted or waived, and the furthest claimed."""
    in_force = GatePassage.objects.filter(project=OuterRef("pk"), in_force=True).order_by().values("project")
    furthest = in_force.annotate(furthest=Max("rank")).values("furthest")
    accepted = in_force.filter(result__in=PASSED).annotate(furthest=Max("rank")).values("furthest")
    return projects.annotate(verified_rank=Subquery(accepted), claimed_rank=Subquery(furthest))


def with_plan(projects: QuerySet[Project], period: date) -> QuerySet[Project]:
    """Adds the year's plan, 万元: plan_kind, plan_start, plan_finish, plan_year, scheduled (None without months)."""
    months = PlanMonth.objects.filter(plan=OuterRef("plan__pk"), month=period.month).order_by()
    return projects.annotate(
        plan=FilteredRelation("plans", condition=Q(plans__year=period.year, plans__in_force=True)),
        plan_kind=F("plan__kind"), plan_start=F("plan__planned_start"), plan_finish=F("plan__planned_finish"),
        plan_year=F("plan__invest_year"), scheduled=Subquery(months.values("invest_to_date")[:1]),
    )


def with_dispatch(projects: QuerySet[Project], period: date) -> QuerySet[Project]:
    """Adds the dispatch calibre, 万元: done_month, done_year (the year's latest when not yet reported), done_total."""
    latest = (InvestmentFact.objects.filter(project=OuterRef("pk"), source=Source.UNIT, in_force=True,
                                            period__lte=period, period__year=period.year)
              .order_by("-period"))
    return projects.annotate(
        fact=FilteredRelation("investments", condition=Q(investments__period=period, investments__in_force=True,
                                                         investments__source=Source.UNIT)),
        done_month=F("fact__amount_month"),
        done_year=Coalesce(F("fact__amount_year"), Subquery(latest.values("amount_year")[:1]),
                           output_field=MoneyField()),
        done_total=F("fact__amount_total"),
    )


def with_month(projects: QuerySet[Project], period: date) -> QuerySet[Project]:
    """Adds the year's plan, the month's dispatch calibre, stat_year and report_step (None: nothing filled)."""
    return with_dispatch(with_plan(projects, period), period).annotate(
        stat=FilteredRelation("investments", condition=Q(investments__period=period, investments__in_force=True,
                                                         investments__source=Source.STAT)),
        report=FilteredRelation("reports", condition=Q(reports__period=period)),
        stat_year=F("stat__amount_year"), report_step=F("report__step"),
    )


def with_lamps(projects: QuerySet[Project], run: LampRun | None) -> QuerySet[Project]:
    """Adds lamp_start … lamp_report, lamp_overall (computed), lamp_shown and lamp_reasons of one judging."""
    names = ("start", "progress", "statistics", "fund", "element", "issue", "report", "overall", "shown", "reasons")
    return projects.annotate(
        lamp=FilteredRelation("lamps", condition=Q(lamps__run=run.pk if run else None)),
        **{f"lamp_{name}": F(f"lamp__{name}") for name in names},
    )


def standing(year: int, day: date) -> Q:
    """As a condition on `ListEntry`: in force on a day, on an issued batch of the year that no later one replaced."""
    later = (ListIssue.objects.filter(definition=OuterRef("issue__definition"), area=OuterRef("issue__area"), year=year,
                                      batch__gt=OuterRef("issue__batch"), issued_on__lte=day)
             .exclude(status=ListStatus.DRAFT).exclude(definition__code__in=ADDING))
    return (Q(issue__year=year, issue__status__in=[ListStatus.ISSUED, ListStatus.CLOSED], added_on__lte=day)
            & (Q(removed_on__isnull=True) | Q(removed_on__gt=day)) & Q(~Exists(later)))


def on_list(projects: QuerySet[Project], list_code: str, year: int, day: date) -> QuerySet[Project]:
    """Those that stand on an issued list of the year on a day: on its latest batch, or on any where batches add up."""
    entries = ListEntry.objects.filter(standing(year, day), project=OuterRef("pk"), issue__definition__code=list_code)
    return projects.filter(Exists(entries))


def ledger(person: Any, *, area: Area, period: date, run: LampRun | None = None) -> QuerySet[Project]:
    """The visible leaves of an area with stage, money and lamps of a month: what lists, sums and papers start from."""
    rows = within(leaves(visible_to(person)), area).select_related("category", "lead_unit")
    return with_lamps(with_stage(with_month(rows, period)), run)
