"""Which frozen version of a year plan does a figure read? Versions by area and year, in words and row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from citywright.kernel import access, clock
from citywright.kernel.errors import CannotReach, Said
from citywright.kernel.models import Area
from citywright.kernel.money import ZERO
from citywright.kernel.words import THREE_ADMINISTRATORS

from ..models import AnnualPlan, PlanVersion
from ..words import YearKind
from . import ledger

#: The length of a district's path: plans of its streets are frozen in the district's versions.
DISTRICT = 6
#: No row has a larger key; an address that names one is as good as this.
MOST = 2**31 - 1
#: The fields of a plan that a version can change, with what each is called.
FIELDS = {"kind": "年度类型", "invest_year": "年度计划投资", "planned_start": "计划开工", "planned_finish": "计划竣工",
          "planned_production": "计划投产"}


def covering(area: Area) -> list[str]:
    """Paths of the areas whose versions hold for an area: its own and those above it."""
    return [area.path[:length] for length in range(2, len(area.path) + 1)]


def version(area: Area, year: int, on: date | None = None) -> PlanVersion | None:
    """The latest version that holds for the area (its own, else of the nearest above) up to a day, if any was frozen.

    Without a day it is the version in force now, which is what every rate reads.
    """
    found = PlanVersion.objects.filter(area__path__in=covering(area), year=year)
    if on is not None:
        found = found.filter(frozen_at__lt=datetime.combine(on + timedelta(days=1), time.min, tzinfo=clock.CITY))
    return found.order_by("-area__path", "-number").first()


def named(area: Area, year: int, on: date | None = None) -> Said | None:
    """The version in words, to stand beside a rate; for an area above the districts, how many have one. None: none."""
    found = version(area, year, on)
    if found is not None:
        return words_of(found)
    if len(area.path) >= DISTRICT:
        return None
    below = PlanVersion.objects.filter(area__path__startswith=area.path, year=year)
    count = below.order_by().values("area").distinct().count()
    words = Said("%(year)s 年度计划：下辖 %(count)s 个区县各自的现行版", {"year": str(year), "count": count})
    return words if count else None


def words_of(found: PlanVersion) -> Said:
    """2024 年度计划第 2 版（文号），2024-03-01 冻结."""
    return in_words(found.year, found.number, found.doc_no, found.frozen_at)


def in_words(year: int, number: int, doc_no: str, frozen_at: datetime) -> Said:
    """The same of its fields."""
    values = {"year": str(year), "number": number, "day": clock.day_of(frozen_at).isoformat()}
    if doc_no:
        return Said("%(year)s 年度计划第 %(number)s 版（%(doc)s），%(day)s 冻结", values | {"doc": doc_no})
    return Said("%(year)s 年度计划第 %(number)s 版，%(day)s 冻结", values)


def visible_to(person: Any) -> QuerySet[PlanVersion]:
    """The versions of the areas a person reaches, and of the districts of the person's units."""
    areas = {m.area.path[:DISTRICT] for m in access.memberships(person) if m.role not in THREE_ADMINISTRATORS}
    paths = access.reach(person).paths
    wanted = Q(area__path__in=areas)
    for path in paths:
        wanted |= Q(area__path__startswith=path)
    return PlanVersion.objects.filter(wanted) if areas else PlanVersion.objects.none()


def one(person: Any, key: int) -> PlanVersion:
    """The visible version; refused the same way whether it is hidden or does not exist."""
    found = visible_to(person).select_related("area", "frozen_by").filter(pk=min(key, MOST)).first()
    if found is None:
        raise CannotReach("没有这一版计划，或您无权查看")
    return found


def versions(person: Any, area: Area, year: int) -> list[PlanVersion]:
    """The versions that hold for an area, or of the districts below it, the latest first, with `plans_count`."""
    where = Q(area__path__in=covering(area)) | Q(area__path__startswith=area.path)
    return list(visible_to(person).filter(where, year=year).select_related("frozen_by", "area")
                .annotate(plans_count=Count("plans")).order_by("area__path", "-number"))


@dataclass(frozen=True)
class Difference:
    """One project in one version: what it was before (None: newly entered) and what it is."""

    plan: AnnualPlan
    before: AnnualPlan | None
    changed: tuple[str, ...]

    @property
    def by(self) -> Decimal:
        """The year's amount more (or less) than before, 万元."""
        before: Decimal = self.before.invest_year if self.before else ZERO
        after: Decimal = self.plan.invest_year
        return after - before

    @property
    def pairs(self) -> list[tuple[str, Any, Any]]:
        """Field, before and after of what changed, for people: words of kinds, amounts, days."""
        def shown(plan: AnnualPlan, name: str) -> Any:
            return YearKind(plan.kind) if name == "kind" else getattr(plan, name)
        return [(FIELDS[name], shown(self.before, name), shown(self.plan, name)) for name in self.changed
                if self.before]


def differences(person: Any, found: PlanVersion) -> list[Difference]:
    """What the version changed, project by project, of the projects the person may see; largest change first."""
    rows = (AnnualPlan.objects.filter(frozen_in=found, project__in=ledger.visible_to(person))
            .select_related("project__lead_unit", "previous"))
    made = [Difference(plan, plan.previous, changed(plan.previous, plan)) for plan in rows]
    return sorted(made, key=lambda d: (d.before is None, -abs(d.by), d.plan.project.code))


def changed(before: AnnualPlan | None, after: AnnualPlan) -> tuple[str, ...]:
    """The fields that differ; nothing for a plan newly entered."""
    return tuple(name for name in FIELDS if before and getattr(before, name) != getattr(after, name))


def totals(found: PlanVersion) -> tuple[int, Decimal]:
    """How many plans stood in force right after the version was frozen, and their money (万元), over the whole area."""
    upto = AnnualPlan.objects.filter(frozen_in__area=found.area, frozen_in__year=found.year,
                                     frozen_in__number__lte=found.number)
    replaced = upto.exclude(previous=None).values("previous")
    sums = upto.exclude(pk__in=replaced).aggregate(n=Count("pk"), money=Sum("invest_year"))
    return sums["n"], sums["money"] or ZERO


def neighbours(found: PlanVersion) -> tuple[PlanVersion | None, PlanVersion | None]:
    """The version before and the one after."""
    around: Iterable[PlanVersion] = PlanVersion.objects.filter(
        area=found.area, year=found.year, number__in=(found.number - 1, found.number + 1))
    known = {one.number: one for one in around}
    return known.get(found.number - 1), known.get(found.number + 1)
