"""The year's plan, the month's money and the month's words of an import, in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from ...models import AnnualPlan, InvestmentFact, PlanMonth, ProgressReport
from ...queries.batches import FACT_FIELDS, PLAN_FIELDS, REPORT_FIELDS
from ...queries.plan_versions import DISTRICT
from ...words import ReportStep, Source, YearKind
from ..plans.freezing import next_version
from .writing import BATCH, REASON, Pen, Stroke, amount, on, rewrite

PLAN_DAYS = frozenset({"start_plan", "finish_plan", "production_plan"})
PLAN_AMOUNTS = frozenset({"plan_year", "done_before"})
PARTS = ("built", "installed", "equipment", "other")
ZERO = Decimal(0)


def write_plans(strokes: Sequence[Stroke], pen: Pen) -> int:
    """The year's plan says what the sheet says; a frozen one, or one whose months no longer sum, gets a new version."""
    told = [s for s in strokes if any(c in s.fields for c in PLAN_FIELDS) and s.project]
    keys = [s.project.pk for s in told if s.known and s.project]
    held = {p.project_id: p for p in AnnualPlan.objects.filter(project_id__in=keys, year=pen.period.year, in_force=True)
            .prefetch_related("months")}
    new, same, replaced, months, frozen = [], [], [], [], []
    for stroke in told:
        assert stroke.project is not None
        old, values = held.get(stroke.project.pk), plan_values(stroke, pen)
        if old is None:
            new.append(AnnualPlan(project=stroke.project, year=pen.period.year, **values))
            continue
        sums_differ = old.invest_year != values["invest_year"]
        kept = list(old.months.all())
        if old.frozen_at is None and not (sums_differ and kept):
            for name, value in values.items():
                setattr(old, name, value)
            same.append(old)
            continue
        next_plan = AnnualPlan(project=stroke.project, year=old.year, version=old.version + 1, previous=old,
                               approved_doc=old.approved_doc, **values)
        replaced.append(old.pk)
        new.append(next_plan)
        frozen += [next_plan] if old.frozen_at else []
        months += [] if sums_differ else [(next_plan, month) for month in kept]
    store_plans(new, same, replaced, months, frozen, pen)
    return len(new) + len(same)


def store_plans(new: list[AnnualPlan], same: list[AnnualPlan], replaced: list[int],
                months: list[tuple[AnnualPlan, PlanMonth]], frozen: list[AnnualPlan], pen: Pen) -> None:
    """Old versions step back, new ones stand with their months, and those of frozen plans are frozen again."""
    AnnualPlan.objects.filter(pk__in=replaced).update(in_force=False)
    AnnualPlan.objects.bulk_create(new, batch_size=BATCH)
    rewrite(AnnualPlan, same, list(PLAN_FIELDS.values()))
    PlanMonth.objects.bulk_create(
        [PlanMonth(plan=plan, month=m.month, invest=m.invest, invest_to_date=m.invest_to_date,
                   physical_target=m.physical_target) for plan, m in months], batch_size=BATCH)
    if frozen:
        version = next_version(pen.area.path[:DISTRICT], pen.period.year, "", REASON, pen.by, pen.at)
        AnnualPlan.objects.filter(pk__in=[plan.pk for plan in frozen]).update(frozen_at=pen.at, frozen_by=pen.by,
                                                                              frozen_in=version)


def plan_values(stroke: Stroke, pen: Pen) -> dict[str, Any]:
    """The fields of the plan after this row; a silent sheet's kind of year is told by the planned start."""
    values: dict[str, Any] = {}
    for column, name in PLAN_FIELDS.items():
        text = stroke.now(column)
        if column in PLAN_DAYS:
            values[name] = on(text)
        elif column in PLAN_AMOUNTS:
            values[name] = amount(text) or ZERO
        else:
            values[name] = text
    starts = values["planned_start"]
    if not values["kind"]:
        begins = starts is not None and starts.year == pen.period.year and not values["done_before"]
        values["kind"] = YearKind.NEW_START if begins else YearKind.CONTINUE
    return values


def write_facts(strokes: Sequence[Stroke], pen: Pen) -> int:
    """The month's money in the dispatch calibre; a figure that stood before is revised, with the reason 台账导入."""
    told = [s for s in strokes if any(c in s.fields for c in FACT_FIELDS) and s.project]
    keys = [s.project.pk for s in told if s.known and s.project]
    old = {f.project_id: f for f in InvestmentFact.objects.filter(
        project_id__in=keys, period=pen.period, source=Source.UNIT, in_force=True)}
    InvestmentFact.objects.filter(pk__in=[f.pk for f in old.values()]).update(in_force=False)
    new = []
    for stroke in told:
        assert stroke.project is not None
        before = old.get(stroke.project.pk)
        new.append(InvestmentFact(
            project=stroke.project, period=pen.period, source=Source.UNIT, revision_of=before, reason=REASON,
            recorded_at=pen.at, recorded_by=pen.by, **amounts_of(stroke, pen)))
    InvestmentFact.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def amounts_of(stroke: Stroke, pen: Pen) -> dict[str, Decimal | None]:
    """Month, year and total, the missing ones worked out from the others; the four parts as they are told."""
    month, year, total = (amount(stroke.now(c)) for c in ("done_month", "done_ytd", "done_total"))
    before = ZERO if pen.period.month == 1 else (stroke.known.ytd_before if stroke.known else None)
    if year is None:
        year = (before or ZERO) + (month or ZERO)
    if month is None or ("done_month" not in stroke.fields and "done_ytd" in stroke.fields and before is not None):
        month = year - before if before is not None else ZERO
    if total is None or ("done_total" not in stroke.fields and "done_ytd" in stroke.fields):
        total = (amount(stroke.now("done_before")) or ZERO) + year
    return {"amount_month": month, "amount_year": year, "amount_total": total,
            **{part: amount(stroke.now(part)) for part in PARTS}}


def write_reports(strokes: Sequence[Stroke], pen: Pen) -> int:
    """The month's words and money stand in a draft that the unit still reports itself."""
    told = [s for s in strokes if any(c in s.fields for c in REPORT_FIELDS) and s.project]
    keys = [s.project.pk for s in told if s.known and s.project]
    held = {r.project_id: r for r in ProgressReport.objects.filter(project_id__in=keys, period=pen.period)}
    new, same = [], []
    for stroke in told:
        assert stroke.project is not None
        report = held.get(stroke.project.pk)
        values = {name: stroke.now(column) for column, name in REPORT_FIELDS.items()}
        money = {k: v for k, v in amounts_of(stroke, pen).items() if k != "amount_total"}
        if not any(c in stroke.fields for c in FACT_FIELDS):
            money = {}
        if report is None:
            new.append(ProgressReport(project=stroke.project, period=pen.period, step=ReportStep.DRAFT,
                                      filled_by=pen.by, filled_at=pen.at, **values, **money))
            continue
        for name, value in (values | money).items():
            setattr(report, name, value)
        report.filled_by, report.filled_at = pen.by, pen.at
        same.append(report)
    ProgressReport.objects.bulk_create(new, batch_size=BATCH)
    rewrite(ProgressReport, same,
            [*REPORT_FIELDS.values(), "amount_month", "amount_year", *PARTS, "filled_by", "filled_at"])
    return len(new) + len(same)
