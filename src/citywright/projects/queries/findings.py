"""What is there to report of a month? The figures, shares and named projects a bulletin is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import BooleanField, Case, OuterRef, Q, Subquery, Value, When

from citywright.kernel import access
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Area, Membership
from citywright.kernel.words import AreaLevel, Lamp, Role

from ..models import LampRun, PlanVersion, ReportingMonth
from ..rules import lamps, rates
from ..words import Dimension
from . import figures, measures, plan_versions
from .figures import Figure, Share
from .measures import Asked

#: Every figure the paper speaks of.
CODES = (
    "COUNT", "TOTAL", "PLAN", "INV_SUM", "INV_MONTH", "INV_DONE", "INV_PACE", "STARTED", "FINISHED", "PRODUCING",
    "START_DUE", "START_YEAR", "START_EARLY", "START_LATE", "START_GAP", "STAT_IN", "RED", "YELLOW", "REP_MISSING",
    "REP_OPEN", "ISS_OK",
)
WHOLE = {AreaLevel.PROVINCE: "全省", AreaLevel.CITY: "全市", AreaLevel.COUNTY: "全区", AreaLevel.ZONE: "全区",
         AreaLevel.STREET: "辖区", AreaLevel.COMMUNITY: "辖区"}
JUDGED = tuple(dimension for dimension in Dimension if dimension is not Dimension.OVERALL)


class CannotSeeBulletin(CannotReach):
    """The bulletin speaks of a whole area; who sees only a unit's rows would print wrong totals."""


@dataclass(frozen=True)
class Row:
    """A project named in the paper, and why it is."""

    name: str
    unit: str
    category: str
    plan_start: date | None
    late: bool
    red: bool
    missing: bool
    lamps: Mapping[str, str]
    reasons: Mapping[str, Any]

    @property
    def why(self) -> str:
        """The sentences of the red dimensions, as they were judged."""
        said = []
        for dimension in JUDGED:
            reason = self.reasons.get(dimension.value)
            if self.lamps[dimension.value] == Lamp.RED and reason:
                said.append(str(lamps.sentence(reason["code"], reason.get("values", {}))))
        return "；".join(said) or rates.NOTHING


@dataclass(frozen=True)
class Findings:
    """Everything the paper is written from."""

    asked: Asked
    figures: Mapping[str, Figure]
    pace: rates.Pace
    categories: tuple[Share, ...]
    units: tuple[Share, ...]
    whole: Share
    rows: tuple[Row, ...]
    issuer: str
    issued_on: date | None
    as_of: date
    plan: Said | None = None

    @property
    def span(self) -> str:
        """1至3月, or 1月."""
        month = self.asked.period.month
        return "1月" if month == 1 else f"1至{month}月"

    @property
    def whole_area(self) -> str:
        """全区, 全市 …"""
        return WHOLE[AreaLevel(self.asked.area.level)]

    @property
    def day(self) -> date:
        """成文日期: the day set for the bulletin, or the day of the figures."""
        return self.issued_on or self.as_of

    @property
    def slow(self) -> list[Share]:
        """Units behind schedule by at least 0.1 points as printed, worst first."""
        return [row for row in self.units if row.pace.lead is not None and rates.rounded(row.pace.lead, 1) < 0]

    def count(self, code: str) -> int:
        """Projects in the numerator of a figure."""
        return int(self.figures[code].numerator)

    def rounds_apart(self) -> bool:
        """Whether printed parts differ from the printed whole: categories in 亿元, units in 万元."""
        return _apart(self.categories, 2, 10_000) or _apart(self.units, 0, 1)


def _apart(rows: tuple[Share, ...], decimals: int, scale: int) -> bool:
    columns = ([row.total for row in rows], [row.pace.plan for row in rows], [row.pace.done for row in rows])
    return any(rates.rounds_apart([Fraction(amount) / scale for amount in column], decimals) for column in columns)


def _flag(where: Q) -> Case:
    return Case(When(where, then=Value(True)), default=Value(False), output_field=BooleanField())


def _named(asked: Asked) -> tuple[Row, ...]:
    """Projects that are late to start, red, or missing a report: one query."""
    parts = {"late": "START_LATE", "red": "RED", "missing": "REP_MISSING"}
    flags = {name: measures.part_of(code, measures.NUMERATOR).where(asked) for name, code in parts.items()}
    found: Any = measures.rows(asked, *parts.values())
    found = found.filter(flags["late"] | flags["red"] | flags["missing"])
    found = found.annotate(**{f"is_{name}": _flag(where) for name, where in flags.items()})
    shown = [f"lamp_{dimension.value}" for dimension in JUDGED]
    listed = found.order_by("lead_unit__position", "lead_unit__code", "code").values(
        "name", "lead_unit__short_name", "category__name", "plan_start", "is_late", "is_red", "is_missing",
        "lamp_reasons", *shown)
    return tuple(Row(row["name"], row["lead_unit__short_name"], row["category__name"], row["plan_start"],
                     row["is_late"], row["is_red"], row["is_missing"],
                     {name.removeprefix("lamp_"): row[name] for name in shown}, row["lamp_reasons"] or {})
                 for row in listed)


def _issue(area: Area, period: date) -> tuple[str, date | None, Said | None]:
    """The office that issues (or the area's own name), the day set, and the plan version that rates read: one query."""
    offices = Membership.objects.filter(role__in=[Role.OFFICE, Role.CITY], area=OuterRef("pk"), valid_to__isnull=True)
    months = ReportingMonth.objects.filter(area=OuterRef("pk"), period=period)
    versions = PlanVersion.objects.filter(area__path__in=plan_versions.covering(area), year=period.year)
    latest = versions.order_by("-area__path", "-number")
    found = Area.objects.filter(pk=area.pk).values_list(
        Subquery(offices.order_by("organisation__position", "pk").values("organisation__name")[:1]),
        Subquery(months.values("bulletin_on")[:1]),
        *(Subquery(latest.values(name)[:1]) for name in ("number", "doc_no", "frozen_at"))).get()
    named = plan_versions.in_words(period.year, *found[2:]) if found[2] else None
    return found[0] or area.name, found[1], named


def find(person: Any, *, area: Area, period: date, run: LampRun | None, today: date | None) -> Findings:
    """What there is to report; refuses who does not see the whole area. Four queries and the memberships."""
    if not any(area.path.startswith(path) for path in access.reach(person).paths):
        raise CannotSeeBulletin("通报汇总%(area)s全部项目，您只能查看本单位的项目，请向项目办索取", area=area.name)
    asked = Asked(person, area, period, run)
    found = figures.sums(asked, CODES)
    groups = figures.group_rows(asked)
    issuer, issued_on, plan = _issue(area, period)
    return Findings(
        asked=asked, figures={f.code: f for f in figures.from_sums(asked, CODES, found, today)},
        pace=figures.pace_of(found, period), categories=figures.shares(asked, "category", groups),
        units=figures.shares(asked, "unit", groups), whole=figures.share("", "合计", found, asked), rows=_named(asked),
        issuer=issuer, issued_on=issued_on, as_of=figures.as_of(asked, today), plan=plan,
    )
