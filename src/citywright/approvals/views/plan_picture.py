"""The picture of a plan: its bands, lines and days in the reader's words, and the table behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from citywright.ui.charts import Chart
from citywright.ui.parallel_plan import Days, Line, Stage, Stretch, parallel_plan
from citywright.ui.templatetags.ui import day, english, t

from ..models import Handling
from ..plan import LiveBar
from ..queries.plans import ACCEPTANCE, Planned, shown
from ..rules.catalogue import ApprovalStage, Item, Package
from ..words import ItemStatus, TaskState

#: How many lines the trunk shows, and how wide the marks of the axis may lie, narrowest first.
TRUNK, MARKS = 18, (10, 20, 50, 100, 200, 500)
NUMBERS = "一二三四五六七八九"


def item_name(known: Item | Package) -> str:
    """An item or a package in the reader's language."""
    if not english() or not known.name_en:
        return known.name
    return known.name_en[0].upper() + known.name_en[1:]


@dataclass(frozen=True)
class Names:
    """What tasks and their departments are called in the reader's language; units by department code."""

    made: Planned
    units: Mapping[str, str]

    def task(self, code: str) -> str:
        """The item, or the package that is one submission."""
        catalogue = self.made.file.catalogue
        known = {item.code: item for item in catalogue.items}.get(code) or catalogue.package(code)
        return item_name(known)

    def holder(self, bar: LiveBar) -> str:
        """The unit that handles it; with several the first and how many more."""
        catalogue = self.made.file.catalogue
        codes = bar.task.departments
        known = {one.code: one.name for one in catalogue.departments}
        first = self.units.get(codes[0]) or known.get(codes[0], codes[0])
        return f"{first} +{len(codes) - 1}" if len(codes) > 1 else first


def picture(made: Planned, names: Names, handlings: Mapping[str, Handling], *, everything: bool = False) -> Chart:
    """The plan as mock/approvals has it: the trunk, or every task."""
    folded = bool(made.goals)
    later = [bar.task.code for bar in made.live.bars.values() if folded and set(bar.task.members) <= made.after]
    wanted = set(made.live.bars) - set(later) if everything else shown(made, TRUNK, later)
    stages = [one for number, stage in enumerate(in_order(made)) if (
        one := band(made, names, stage, number, wanted, set(later), handlings))]
    svg = parallel_plan(stages, days_of(made, wanted), heads=(_("审批事项"), _("部门"), _("承诺日")),
                        links=dict(zip(made.live.path, made.live.path[1:], strict=False)), label=_("并联审批计划"))
    heads = [_("审批事项"), _("阶段"), _("部门"), _("状态"), _("承诺日"), _("开始"), _("结束"), _("余量")]
    return Chart("plan", _("并联审批计划"), svg, heads, table(made, names), note(made))


def note(made: Planned) -> str:
    """What the days are: working days, and which years are not known yet."""
    unknown = sorted(made.calendar.unpublished)
    if unknown:
        return _("工作日；%(years)s 年节假日安排未公布，只扣周末") % {"years": _("、").join(map(str, unknown))}
    return _("工作日，节假日和调休已计")


def in_order(made: Planned) -> list[ApprovalStage]:
    """The stages as the catalogue has them; acceptance comes last."""
    return sorted(made.file.catalogue.stages, key=lambda stage: stage.code == ACCEPTANCE)


def stage_of(made: Planned, bar: LiveBar) -> str:
    """The stage of the first item of a task."""
    return made.file.catalogue.item(bar.task.members[0]).stage


def band(made: Planned, names: Names, stage: ApprovalStage, number: int, wanted: set[str], later: set[str],
         handlings: Mapping[str, Handling]) -> Stage | None:
    """One stage with its lines; a stage in which nothing applies is left out."""
    codes = [code for code in made.codes if made.file.catalogue.item(code).stage == stage.code]
    if not codes:
        return None
    done, running, count = made.counts(codes)
    bars = sorted((bar for bar in made.live.bars.values() if bar.task.code in wanted
                   and stage_of(made, bar) == stage.code), key=lambda bar: (bar.start, bar.finish, bar.task.code))
    title = _(stage.name) if english() else f"{NUMBERS[number]}、{stage.name}"
    waits = stage.code == ACCEPTANCE and later and not bars
    told = (_("共 %(count)s 项，未到") % {"count": count} if waits else
            _("办 %(done)s，在办 %(running)s，共 %(count)s") % {"done": done, "running": running, "count": count})
    return Stage(title, told, [line(made, names, bar, handlings) for bar in bars],
                 acceptance(made, later) if waits else "")


def acceptance(made: Planned, later: set[str]) -> str:
    """When the acceptance begins and how long it takes: after the building stands."""
    bars = [made.live.bars[code] for code in later]
    lasts = max(bar.finish for bar in bars) - min(bar.start for bar in bars)
    if made.built is None:
        return _("施工期后，约 %(days)s 个工作日（未填计划竣工）") % {"days": lasts}
    on = made.day(max(made.built, made.today))
    return _("施工期后，%(day)s 起，约 %(days)s 个工作日") % {"day": day(on, "year"), "days": lasts}


def line(made: Planned, names: Names, bar: LiveBar, handlings: Mapping[str, Handling]) -> Line:
    """One task: what was, with its pauses, and what is to come."""
    stretches, words = stretched(made, bar)
    found = handlings.get(bar.task.code)
    return Line(bar.task.code, names.task(bar.task.code), names.holder(bar), str(bar.task.days), stretches, words,
                bar.is_critical, reverse("approvals:handling", args=[found.pk]) if found else "")


def stretched(made: Planned, bar: LiveBar) -> tuple[list[Stretch], str]:
    """The bar of a task in days since the dossier began, and how long its clock stood still, named."""
    zero, today = made.begins, made.today
    ahead = "critical" if bar.is_critical else "planned"
    if bar.state == TaskState.PLANNED:
        return [Stretch(bar.start - zero, bar.finish - zero, ahead)], ""
    behind, until = "held" if bar.is_critical else "done", min(bar.finish, today)
    fact, found, at = made.facts[bar.task.code], [], bar.start
    words: dict[str, int] = {}
    for begin, end, status in fact.pauses:
        if begin > at:
            found.append(Stretch(at - zero, begin - zero, behind))
        if end > begin:
            found.append(Stretch(begin - zero, end - zero, "paused"))
            name = _("补正 %(days)s 日") if status == ItemStatus.SUPPLEMENTING else _("特别程序 %(days)s 日")
            words[name] = words.get(name, 0) + end - begin
        at = max(at, end)
    if until > at or not found:
        found.append(Stretch(at - zero, max(until, at) - zero, behind))
    if bar.finish > max(today, at) and bar.state == TaskState.RUNNING:
        found.append(Stretch(max(today, at) - zero, bar.finish - zero, ahead))
    return found, _("，").join(name % {"days": count} for name, count in words.items())


def days_of(made: Planned, wanted: set[str]) -> Days:
    """The axis from the day the dossier began, with today and the three days of the forecast."""
    zero, told = made.begins, made.forecast
    ends = max([made.live.bars[code].finish - zero for code in wanted] + [made.today - zero + 1])
    last = min(told.late - zero, 2 * ends) if told else ends
    last = max(last, ends) + 2
    step = next((one for one in MARKS if last <= one * 9), MARKS[-1])
    last = -(-last // step) * step
    ticks = [(n, day(made.day(zero + n)), _("第 0 日") if not n else str(n)) for n in range(0, last + 1, step)]
    today = (float(made.today - zero), _("今日 第 %(days)s 日") % {"days": made.today - zero})

    def mark(number: int, name: str) -> tuple[float, str]:
        words = f"{name} {dated(made.day(number), made.on)}"
        return float(number - zero), words if number - zero <= last else f"{words} →"

    if told is None:
        return Days(last, ticks, today)
    return Days(last, ticks, today, mark(told.early, "p10"), mark(told.likely, "p50"), mark(told.late, "p90"))


def dated(on: date, today: date) -> str:
    """The day, with its year when that is another than today's."""
    return day(on, "" if on.year == today.year else "year")


def table(made: Planned, names: Names) -> list[list[object]]:
    """Every task, packages as one line: what the picture shows and what it leaves out."""
    stages = {stage.code: stage.name for stage in made.file.catalogue.stages}
    bars = sorted(made.live.bars.values(), key=lambda bar: (bar.start, bar.finish, bar.task.code))
    return [[names.task(bar.task.code), _(stages[stage_of(made, bar)]), names.holder(bar), t(bar.state),
             bar.task.days, made.day(bar.start).isoformat(), made.day(bar.finish).isoformat(),
             "" if bar.state == TaskState.DONE else bar.slack] for bar in bars]
