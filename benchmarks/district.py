"""A large district for the benchmarks: rows written straight into the tables, one journal line for all of them.

`lay(projects=2000, months=36)` leaves one office account (username "bench") that reaches the whole area, and answers
with it. The same seed gives the same rows. Names are invented.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from citywright.kernel import journal, periods
from citywright.kernel.models import Area, Membership, Organisation, Person
from citywright.kernel.words import AreaLevel, Lamp, Role
from citywright.portal import upkeep
from citywright.projects.models import (
    AnnualPlan,
    Category,
    FundFact,
    FundSource,
    GatePassage,
    InvestmentFact,
    LampRuleSet,
    LampRun,
    LampSnapshot,
    ListDefinition,
    ListEntry,
    ListIssue,
    Milestone,
    PlanMonth,
    Problem,
    ProgressReport,
    Project,
    ReportingMonth,
    Responsibility,
)
from citywright.projects.rules.gates import RANK, VERSION
from citywright.projects.words import (
    FundingType,
    FundKind,
    Gate,
    ListStatus,
    MilestoneStatus,
    PassageResult,
    ProblemKind,
    ProblemSource,
    ReportStep,
    ResponsibleRole,
    Source,
    YearKind,
)

UNTIL = date(2024, 3, 1)
TODAY = date(2024, 3, 27)
NOON = datetime(2024, 3, 25, 4, 0, tzinfo=UTC)
CATEGORIES = (("industrial", "产业项目"), ("services", "现代服务业"), ("infrastructure", "基础设施项目"),
              ("livelihood", "民生项目"), ("renewal", "城市更新"), ("unclassified", "未归类"))
PLACES = ("东郊", "西郊", "北岗", "南湖", "青杨", "石桥", "河湾", "望岭", "云台", "清泉")
THINGS = ("快速路连接线", "机器人零部件产线", "再生水厂", "社区卫生服务中心", "服务器整机制造基地", "老旧小区改造",
          "河道综合整治", "精密减速器产线", "公共停车场", "物流园道路", "激光装备研发中心", "民宿集群")
LAMPS = (Lamp.GREEN, Lamp.GREEN, Lamp.GREEN, Lamp.GREEN, Lamp.GREEN, Lamp.GREEN, Lamp.YELLOW, Lamp.RED, Lamp.GREY)
ORDER = (Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.BLUE, Lamp.GREY)
NODES = ("征地拆迁", "资金到位", "一标段开工", "二标段开工", "下部结构", "管线迁改", "上部结构", "路面工程", "机电安装",
         "交工验收")
WAY = (Gate.G1, Gate.G2, Gate.G3, Gate.G4P, Gate.G4, Gate.G4S, Gate.G5)


@dataclass
class District:
    """What the rows hang on: the area, its people and units, the seeded dice."""

    area: Area
    office: Person
    verifier: Person
    units: list[Organisation]
    categories: list[Category]
    dice: random.Random


def lay(*, projects: int = 2000, months: int = 36, until: date = UNTIL, seed: int = 20240327) -> Person:
    """A district of so many projects, each with so many months up to `until`; answers its office account."""
    with transaction.atomic():
        district = _ground(seed)
        rows = _projects(district, projects)
        _plans(district, rows, range(until.year - (months + 8) // 12, until.year + 1))
        _months(district, rows, periods.between(periods.shifted(until, 1 - months), until))
        _way(district, rows)
        _lamps(district, rows, until)
        _around(district, rows, until)
        journal.write(verb="district.laid", by=district.office, at=NOON, area=district.area)
    upkeep.count_rows()
    return district.office


def _ground(seed: int) -> District:
    """Areas, sixty units, two people, the categories."""
    province = _area("990000", "99", "示例省", AreaLevel.PROVINCE, None)
    city = _area("990100", "9901", "示例市", AreaLevel.CITY, province)
    area = _area("990101", "990101", "示例区", AreaLevel.COUNTY, city)
    units = [Organisation.objects.get_or_create(code=f"bench-{n:02d}", defaults={
        "name": f"示例区第{n}单位", "short_name": f"第{n}单位", "area": area, "position": n})[0] for n in range(60)]
    office, verifier = _person("bench", "区项目办综合岗"), _person("bench-verifier", "核验员")
    for person, role, unit in ((office, Role.OFFICE, units[0]), (verifier, Role.VERIFIER, units[1])):
        Membership.objects.get_or_create(person=person, role=role, organisation=unit, area=area,
                                         defaults={"valid_from": date(2020, 1, 1)})
    categories = [Category.objects.get_or_create(code=code, defaults={
        "name": name, "position": n, "gates": [gate.value for gate in Gate]})[0]
        for n, (code, name) in enumerate(CATEGORIES)]
    return District(area, office, verifier, units, categories, random.Random(seed))


def _area(code: str, path: str, name: str, level: AreaLevel, parent: Area | None) -> Area:
    return Area.objects.get_or_create(code=code, defaults={"path": path, "name": name, "level": level,
                                                           "parent": parent})[0]


def _person(username: str, name: str) -> Person:
    person, made = Person.objects.get_or_create(username=username, defaults={"full_name": name})
    if made:
        person.set_password("citywright-demo")
        person.save(update_fields=["password"])
    return person


def _many(rows: Iterable[Any]) -> list[Any]:
    """The rows, written."""
    rows = list(rows)
    if not rows:
        return []
    model: type[models.Model] = type(rows[0])
    return model._default_manager.bulk_create(rows, batch_size=900)


def _projects(district: District, count: int) -> list[Project]:
    dice = district.dice
    return _many(Project(
        code=f"BENCH-{n:05d}", name=f"{dice.choice(PLACES)}{dice.choice(THINGS)}{n}号", initials=f"xm{n}",
        category=dice.choice(district.categories), funding_type=dice.choice(list(FundingType)), area=district.area,
        lead_unit=district.units[n % len(district.units)], owner_name=f"示例建设公司{n % 200}",
        total_investment=Decimal(dice.randint(800, 90_000)), is_sample=True, created_at=NOON,
        created_by=district.office, changed_at=NOON, changed_by=district.office) for n in range(count))


def _plans(district: District, rows: list[Project], years: range) -> None:
    """One plan for each year with twelve months; frozen after the months are in."""
    dice, kinds = district.dice, list(YearKind)
    plans = _many(AnnualPlan(
        project=row, year=year, kind=dice.choice(kinds[:2]) if year == years[-1] else YearKind.CONTINUE,
        invest_year=(row.total_investment / 3).quantize(Decimal(1)), planned_start=date(year, dice.randint(1, 12), 15),
        planned_finish=date(year + 2, 11, 30)) for row in rows for year in years)
    _many(PlanMonth(plan=plan, month=month, invest=plan.invest_year / 12,
                    invest_to_date=(plan.invest_year * month / 12).quantize(Decimal("0.01")))
          for plan in plans for month in range(1, 13))
    AnnualPlan.objects.filter(project__code__startswith="BENCH-").update(frozen_at=NOON, frozen_by=district.office)


def _months(district: District, rows: list[Project], months: list[date]) -> None:
    """Reports and dispatch facts of every month, statistics of all but the last."""
    for month in months:
        ReportingMonth.objects.get_or_create(area=district.area, period=month, defaults={
            "fill_from": month.replace(day=20), "fill_to": month.replace(day=25), "review_on": month.replace(day=26),
            "lock_at": NOON.replace(year=month.year, month=month.month, day=28)})
    _many(_report(district, row, month, month == months[-1]) for row in rows for month in months)
    _many(fact for row in rows for fact in _facts(district, row, months))


def _report(district: District, row: Project, month: date, last: bool) -> ProgressReport:
    office = district.office
    step = district.dice.choice((ReportStep.LOCKED, ReportStep.SUBMITTED, ReportStep.RETURNED)) if last else None
    return ProgressReport(
        project=row, period=month, step=step or ReportStep.LOCKED, physical_text=f"主体施工至第 {month.month} 层",
        physical_percent=Decimal(50), amount_month=Decimal(100), filled_by=office, filled_at=NOON,
        submitted_by=office, submitted_at=NOON, reviewed_by=office, reviewed_at=NOON, locked_by=office, locked_at=NOON)


def _facts(district: District, row: Project, months: list[date]) -> Iterator[InvestmentFact]:
    total = year = Decimal(0)
    monthly = row.total_investment / 36
    for month in months:
        amount = (monthly * district.dice.randint(40, 140) / 100).quantize(Decimal("0.01"))
        year = amount if month.month == 1 else year + amount
        total += amount
        for source in (Source.UNIT,) if month == months[-1] else (Source.UNIT, Source.STAT):
            yield InvestmentFact(project=row, period=month, source=source, amount_month=amount, amount_year=year,
                                 amount_total=total, recorded_at=NOON, recorded_by=district.office)


def _way(district: District, rows: list[Project]) -> None:
    """Each project stands somewhere on the way; one in ten has a claim open at the next gate."""
    dice, passages = district.dice, []
    for row in rows:
        reached = dice.randint(1, len(WAY))
        for n, gate in enumerate(WAY[:reached]):
            open_claim = n == reached - 1 and dice.random() < 0.1
            day = date(2021, 4, 1) + timedelta(days=130 * n + dice.randint(0, 60))
            passages.append(GatePassage(
                project=row, gate=gate, rank=RANK[gate], sequence=1, event_on=day, claimed_by=district.office,
                claimed_unit=district.units[0], claimed_at=NOON, rule_version=VERSION,
                **({} if open_claim else {"verified_by": district.verifier, "verified_unit": district.units[1],
                                          "verified_at": NOON, "result": PassageResult.ACCEPTED})))
    _many(passages)


def _lamps(district: District, rows: list[Project], until: date) -> None:
    """Six monthly judgings under one rule set."""
    rules, _ = LampRuleSet.objects.get_or_create(code="wuhan", version="2024-1", area=None, defaults={
        "name": "比值式", "parameters": {}, "source": "示例"})
    for back in range(6):
        day = min(TODAY, periods.last_of(periods.shifted(until, -back)))
        run = LampRun.objects.create(area=district.area, as_of=day, rule_set=rules, judged_at=NOON,
                                     inputs_digest="0" * 64)
        _many(_snapshot(district.dice, run, row) for row in rows)


def _snapshot(dice: random.Random, run: LampRun, row: Project) -> LampSnapshot:
    seven = dice.choices(LAMPS, k=7)
    worst = min((lamp for lamp in seven if lamp != Lamp.GREY), key=ORDER.index, default=Lamp.GREY)
    start, progress, statistics, fund, element, issue, report = seven
    return LampSnapshot(run=run, project=row, start=start, progress=progress, statistics=statistics, fund=fund,
                        element=element, issue=issue, report=report, overall=worst, shown=worst,
                        reasons={"progress": {"code": "", "values": {}}}, inputs={})


def _around(district: District, rows: list[Project], until: date) -> None:
    """Funds, problems, people, milestones, and the list of the year."""
    sources = _many(FundSource(project=row, kind=FundKind.FISCAL, agreed=row.total_investment / 2,
                               due_on=date(2023, 6, 30)) for row in rows)
    _many(FundFact(source=source, arrived_on=date(2023, 5, 1), arrived=source.agreed / 2) for source in sources)
    _many(Problem(project=row, title="管线迁改未完成", kind=ProblemKind.PIPES, source=ProblemSource.REPORT, severity=2,
                  unit=row.lead_unit, raised_by=district.office, raised_at=NOON, due_on=date(2024, 4, 10))
          for row in rows[::3])
    _many(Responsibility(project=row, role=role, name=f"示例{role.zh}", from_on=date(2023, 5, 1))
          for row in rows for role in (ResponsibleRole.LEADER, ResponsibleRole.CHIEF, ResponsibleRole.CONTACT))
    _many(Milestone(project=row, position=n, name=name, responsible="建设方", status=MilestoneStatus.SCHEDULED,
                    baseline_from=until + timedelta(days=40 * n - 200),
                    baseline_on=until + timedelta(days=40 * n - 120),
                    forecast_on=until + timedelta(days=40 * n - 90)) for row in rows for n, name in enumerate(NODES, 1))
    definition, _ = ListDefinition.objects.get_or_create(code="KEY-D", defaults={"name": "区重点项目清单"})
    issue, _ = ListIssue.objects.get_or_create(
        definition=definition, area=district.area, year=until.year, batch=1,
        defaults={"doc_no": "示例政发〔2024〕示例 3 号", "issued_on": date(2024, 1, 31), "status": ListStatus.ISSUED})
    _many(ListEntry(issue=issue, project=row, added_on=date(2024, 1, 31)) for row in rows)
