"""What the ledger holds, as an import compares it; batches and their rows; current figures for the way back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from citywright.kernel import access, periods
from citywright.kernel.errors import CannotReach
from citywright.kernel.models import Area, Organisation
from citywright.kernel.sheets import clean

from ..imports import BY_CODE, FIELDS, GATE_OF, NAMES, Directory, Kind
from ..models import (
    AnnualPlan,
    Category,
    ColumnMapping,
    GatePassage,
    ImportBatch,
    InvestmentFact,
    Milestone,
    ProgressReport,
    Project,
    ReportingMonth,
    Responsibility,
)
from ..rules.ledger import Known, written
from ..words import Exit, PassageResult, ReportStep, ResponsibleRole, Source

#: Column of the sheet to field of the project.
PROJECT_FIELDS: dict[str, str] = {
    "name": "name", "project_code": "national_code", "nature": "nature", "funding_type": "funding_type",
    "owner": "owner_name", "owner_uscc": "owner_uscc", "location": "location", "scale": "summary",
    "total_invest": "total_investment", "build_from": "build_from", "build_to": "build_to", "stat_name": "stat_name",
    "stat_code": "stat_code", "stat_total": "stat_total", "remark": "remark", "land_mu": "land_mu",
    "floor_area": "floor_area", "category": "category__code", "lead": "lead_unit__code",
}
PLAN_FIELDS: dict[str, str] = {
    "year_type": "kind", "plan_year": "invest_year", "done_before": "done_before", "start_plan": "planned_start",
    "finish_plan": "planned_finish", "production_plan": "planned_production", "goal": "goal",
}
FACT_FIELDS: dict[str, str] = {
    "done_month": "amount_month", "done_ytd": "amount_year", "done_total": "amount_total", "built": "built",
    "installed": "installed", "equipment": "equipment", "other": "other",
}
REPORT_FIELDS: dict[str, str] = {"image_progress": "physical_text", "problem": "problem_text", "next": "next_step"}
#: Column to the role of the person it names.
PEOPLE: dict[str, ResponsibleRole] = {
    "leader": ResponsibleRole.LEADER, "chief": ResponsibleRole.CHIEF, "contact": ResponsibleRole.CONTACT,
}
COLUMN_OF_GATE = {gate.value: column for column, gate in GATE_OF.items()}
LEFT = (Exit.DROPPED, Exit.MERGED)
CLOSED_STEPS = (ReportStep.SUBMITTED, ReportStep.REVIEWED, ReportStep.LOCKED)


def visible_to(person: Any) -> QuerySet[ImportBatch]:
    """The batches a person may see: those of the own unit, those of the area for whoever reaches areas."""
    return access.rows(person, ImportBatch.objects.all(), unit="organisation")


def batch(person: Any, key: Any) -> ImportBatch:
    """The visible batch with this key; refuses the same way whether it is hidden or does not exist."""
    found = (visible_to(person).filter(pk=key)
             .select_related("area", "organisation", "file", "planned_by", "applied_by").first())
    if found is None:
        raise CannotReach("没有这一批导入，或您无权查看")
    return found


def directory(area: Area) -> Directory:
    """Every unit of the area (and of those above it) by code, name and short name; every category by name and code."""
    units: dict[str, str] = {}
    for code, name, short in _units_of(area).values_list("code", "name", "short_name"):
        for text in (code, clean(name), clean(short)):
            units.setdefault(text, code)
    categories: dict[str, str] = {}
    for code, name in Category.objects.values_list("code", "name"):
        categories.setdefault(clean(name), code)
    return Directory(units, categories)


def _units_of(area: Area) -> QuerySet[Organisation]:
    below = Organisation.objects.filter(area__path__startswith=area.path)
    above = Organisation.objects.filter(area__path__in=[area.path[:n] for n in (2, 4, 6, 9)]).exclude(
        area__path__startswith=area.path)
    return (below | above).order_by("area__path", "position")


def remembered(organisation: Organisation | None, signature: str) -> dict[str, Any]:
    """How this sender's headers were read the last time; {} when they were never seen."""
    found = ColumnMapping.objects.filter(organisation=organisation, signature=signature).first()
    return dict(found.columns) if organisation and found else {}


def snapshot(area: Area, period: date, *, lock: bool = False) -> list[Known]:
    """Every project of an area with the month's values, written as a sheet's values are. Nine queries.

    With `lock` the rows stay as they are until the transaction ends.
    """
    projects = Project.objects.filter(area__path__startswith=area.path).order_by("pk")
    if lock:
        list(projects.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    columns = ["id", "code", "national_code", "name", "lead_unit__code", "exit", "is_leaf", *PROJECT_FIELDS.values()]
    found: dict[Any, Known] = {}
    for row in projects.values_list(*columns):
        values = {column: written(value) for column, value in zip(PROJECT_FIELDS, row[7:], strict=True)}
        found[row[0]] = Known(str(row[0]), row[1], row[2], row[3], row[4], values, row[5] in LEFT, row[6])
    _add_plans(found, area, period)
    _add_money(found, area, period)
    _add_reports(found, area, period)
    _add_gates(found, area)
    _add_people(found, area)
    return list(found.values())


def _of(area: Area) -> dict[str, str]:
    return {"project__area__path__startswith": area.path}


def _fill(known: Known, columns: Iterable[str], values: Iterable[Any]) -> None:
    for column, value in zip(columns, values, strict=True):
        known.values[column] = written(value)


def _add_plans(found: dict[Any, Known], area: Area, period: date) -> None:
    rows = AnnualPlan.objects.filter(**_of(area), year=period.year, in_force=True)
    for key, frozen, *values in rows.values_list("project_id", "frozen_at", *PLAN_FIELDS.values()):
        _fill(found[key], PLAN_FIELDS, values)
        found[key].plan_frozen = frozen is not None


def _add_money(found: dict[Any, Known], area: Area, period: date) -> None:
    facts = InvestmentFact.objects.filter(**_of(area), source=Source.UNIT, in_force=True)
    for key, *values in facts.filter(period=period).values_list("project_id", *FACT_FIELDS.values()):
        _fill(found[key], FACT_FIELDS, values)
    if period.month > 1:
        before = facts.filter(period=periods.shifted(period, -1))
        for key, amount in before.values_list("project_id", "amount_year"):
            found[key].ytd_before = amount


def _add_reports(found: dict[Any, Known], area: Area, period: date) -> None:
    closed = ReportingMonth.objects.filter(area=area, period=period, closed_at__isnull=False).exists()
    rows = ProgressReport.objects.filter(**_of(area), period=period)
    for key, step, *values in rows.values_list("project_id", "step", *REPORT_FIELDS.values()):
        _fill(found[key], REPORT_FIELDS, values)
        found[key].locked = step in CLOSED_STEPS
    if closed:
        for known in found.values():
            known.locked = True


def _add_gates(found: dict[Any, Known], area: Area) -> None:
    forecasts = Milestone.objects.filter(**_of(area), forecast_on__isnull=False).exclude(gate="")
    for key, gate, day in forecasts.values_list("project_id", "gate", "forecast_on"):
        if gate in COLUMN_OF_GATE:
            found[key].values[COLUMN_OF_GATE[gate]] = written(day)
    passages = GatePassage.objects.filter(**_of(area), in_force=True)
    for key, gate, day, result in passages.values_list("project_id", "gate", "event_on", "result"):
        known = found[key]
        known.values[COLUMN_OF_GATE[gate]] = written(day)
        (known.pending if result == PassageResult.PENDING else known.passed)[gate] = written(day)


def _add_people(found: dict[Any, Known], area: Area) -> None:
    columns = {role.value: column for column, role in PEOPLE.items()}
    people = Responsibility.objects.filter(**_of(area), role__in=list(columns), to_on__isnull=True)
    for key, role, name, phone in people.values_list("project_id", "role", "name", "phone"):
        found[key].values[columns[role]] = name
        if role == ResponsibleRole.CONTACT:
            found[key].values["phone"] = phone
    helpers: dict[Any, list[str]] = defaultdict(list)
    through = Project.cooperating_units.through.objects.filter(**_of(area)).order_by("pk")
    for key, code in through.values_list("project_id", "organisation__code"):
        helpers[key].append(code)
    for key, codes in helpers.items():
        found[key].values["coop"] = "、".join(codes)


def derived(known: Known, period: date) -> dict[str, Decimal]:
    """占年度计划% and 与时序比 of the current figures, in percent and points; empty without a plan or a figure."""
    plan, done = known.values.get("plan_year"), known.values.get("done_ytd")
    if not plan or not done or not Decimal(plan):
        return {}
    rate = Decimal(done) / Decimal(plan) * 100
    return {"rate_year": rate, "lead_pp": rate - Decimal(period.month * 100) / 12}




def column_name(column: str) -> str:
    """What a column is called."""
    return NAMES.get(column, column)


@dataclass(frozen=True)
class Names:
    """What codes are called: units and categories."""

    units: dict[str, str]
    categories: dict[str, str]


def names() -> Names:
    """Short names of units and names of categories by code."""
    return Names(dict(Organisation.objects.values_list("code", "short_name")),
                 dict(Category.objects.values_list("code", "name")))


def label(column: str, value: str, called: Names) -> str:
    """A written value as people read it, before translation: codes by name, money with thousands."""
    field = BY_CODE.get(column)
    if value == "" or field is None:
        return value
    if field.kind is Kind.MONEY:
        amount = Decimal(value)
        return f"{amount:,.2f}".removesuffix(".00").replace("-", "−")
    if field.kind is Kind.WORD and field.word:
        return field.word(value).zh
    if field.kind is Kind.CATEGORY:
        return called.categories.get(value, value)
    if field.kind is Kind.UNITS:
        return "、".join(called.units.get(code, code) for code in value.split("、"))
    return value


def is_amount(column: str) -> bool:
    """Whether a column holds numbers, which stand right."""
    return column in BY_CODE and BY_CODE[column].kind in {Kind.MONEY, Kind.NUMBER}


def is_money(column: str) -> bool:
    """Whether a column holds money, which has a unit."""
    return column in BY_CODE and BY_CODE[column].kind is Kind.MONEY


def units_of(area: Area) -> list[Organisation]:
    """The units of an area in their order."""
    return list(Organisation.objects.filter(area__path__startswith=area.path).order_by("position", "code"))


def recent(person: Any, area: Area, count: int = 60) -> list[ImportBatch]:
    """The latest batches of an area that the person may see."""
    found = visible_to(person).filter(area__path__startswith=area.path)
    return list(found.select_related("organisation", "file", "planned_by", "applied_by")[:count])


def choices() -> list[tuple[str, str]]:
    """Every column a header may be taken for: code and Chinese name."""
    return [(field.code, field.zh) for field in FIELDS]
