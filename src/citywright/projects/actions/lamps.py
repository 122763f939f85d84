"""What can be done with lamps? Judge an area, put a named lamp beside a computed one, adopt a rule set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from citywright.followup import actions as followup
from citywright.followup.actions import Edge, Followed
from citywright.followup.words import AlertKind
from citywright.kernel import access, journal, periods
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.words import Role

from ..models import LampOverride, LampRuleSet, LampRun, LampSnapshot, Project
from ..queries import judging
from ..queries.judging import Candidate
from ..queries.lamp_rules import rules_in_force
from ..rules import lamps as rules
from ..rules.lamps import LampInputs, Verdict
from ..rules.presets import DEFAULT, PRESETS, validate
from ..words import Dimension, Lamp

#: Months before this one that the ladder looks back on.
LOOK_BACK = 5
#: What each dimension looks at, kept beside its lamp.
LOOKED_AT: dict[Dimension, tuple[str, ...]] = {
    Dimension.START: ("planned_start", "started_on", "must_start", "excused_until"),
    Dimension.PROGRESS: ("month", "plan_year", "scheduled", "done_year"),
    Dimension.STATISTICS: ("started_on", "registered_on", "total", "must_register"),
    Dimension.FUND: ("funds",), Dimension.ELEMENT: ("elements", "planned_start", "started_on"),
    Dimension.ISSUE: ("problems",), Dimension.REPORT: ("last_locked_on", "reports_since"),
}
#: Dimensions that are bad for one reason while a project that should have started has not.
NOT_STARTED = (Dimension.START, Dimension.PROGRESS)


class CannotOverride(Refusal):
    """A named lamp needs a reason, a last day that is not past, and an end within a year."""


class CannotAdopt(Refusal):
    """There is no such published rule set."""


@dataclass(frozen=True)
class Judgement:
    """What came of judging an area: the run in force, whether it is new, and the alerts."""

    run: LampRun
    is_new: bool
    projects: int
    followed: Followed


# ---- rule sets


@transaction.atomic
def lay_presets(*, by: Person | None, at: datetime) -> int:
    """The published rule sets are stored, open to every area; answers how many were new."""
    known = set(LampRuleSet.objects.filter(area__isnull=True).values_list("code", "version"))
    fresh = [LampRuleSet(code=p.code, version=p.version, name=p.name, parameters=p.parameters, source=p.source)
             for p in PRESETS if (p.code, p.version) not in known]
    if fresh:
        LampRuleSet.objects.bulk_create(fresh)
        journal.write(verb="lamp_rules.laid", by=by, at=at, data={"codes": [row.code for row in fresh]})
    return len(fresh)


@transaction.atomic
def adopt_rules(*, area: Area, code: str, valid_from: date, by: Person, at: datetime,
                parameters: Mapping[str, Any] | None = None, version: str = "") -> LampRuleSet:
    """From that day the area is judged by a published rule set, or by its own thresholds on top of it. Office only."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    preset = LampRuleSet.objects.filter(code=code, area__isnull=True).order_by("-version").first()
    if preset is None:
        raise CannotAdopt("没有名为 %(code)s 的灯规则", code=code)
    wanted = {**preset.parameters, **(parameters or {})}
    validate(wanted)
    LampRuleSet.objects.filter(area=area, valid_to__isnull=True, valid_from__lt=valid_from).update(
        valid_to=valid_from - timedelta(days=1))
    adopted = LampRuleSet.objects.create(
        code=code, version=version or f"{preset.version}@{valid_from:%Y%m%d}", name=preset.name, parameters=wanted,
        source=preset.source, area=area, valid_from=valid_from)
    journal.write(verb="lamp_rules.adopted", by=by, at=at, subject=adopted, area=area,
                  data={"code": code, "valid_from": valid_from, "parameters": wanted})
    return adopted


# ---- judging


@transaction.atomic
def judge(*, area: Area, on: date, by: Person | None, at: datetime) -> Judgement:
    """Every leaf of the area has its lamps of the day, with rule, inputs and reasons; alerts follow rising edges.

    The same inputs on the same day make no second run. `by` None is the program itself; a person needs the office.
    """
    if by is not None:
        access.require(by, Role.OFFICE, Role.CITY, area=area)
    rule_set = rules_in_force(area, on)
    if rule_set is None:
        lay_presets(by=by, at=at)
        rule_set = LampRuleSet.objects.get(code=DEFAULT, area__isnull=True)
    seen = judging.candidates(area, on)
    looked = [_looked_at(candidate.seen) for candidate in seen]
    digest = _digest(rule_set, seen, looked)
    latest = LampRun.objects.select_for_update().filter(area=area, as_of=on).order_by("-number").first()
    if latest is not None and latest.inputs_digest == digest:
        return Judgement(latest, False, len(seen), _follow(area, latest, on, by, at))
    run = LampRun.objects.create(area=area, as_of=on, number=latest.number + 1 if latest else 1, rule_set=rule_set,
                                 judged_at=at, inputs_digest=digest)
    parameters = validate(rule_set.parameters)
    LampSnapshot.objects.bulk_create(
        [_snapshot(run, candidate, rules.judge(candidate.seen, parameters), inputs)
         for candidate, inputs in zip(seen, looked, strict=True)], batch_size=500)
    journal.write(verb="lamps.judged", by=by, at=at, subject=run, area=area,
                  data={"on": on, "number": run.number, "rules": str(rule_set), "projects": len(seen)})
    return Judgement(run, True, len(seen), _follow(area, run, on, by, at))


def _snapshot(run: LampRun, candidate: Candidate, found: Mapping[Dimension, Verdict],
              inputs: dict[str, Any]) -> LampSnapshot:
    lamps = {dimension: verdict.lamp for dimension, verdict in found.items()}
    return LampSnapshot(
        run=run, project_id=candidate.project_id, shown=rules.shown(lamps, candidate.overrides),
        reasons={d.value: {"code": v.code, "values": v.values} for d, v in found.items()}, inputs=inputs,
        **{d.value: lamp.value for d, lamp in lamps.items()})


def _looked_at(seen: LampInputs) -> dict[str, Any]:
    """What each dimension looked at, as JSON takes it: numbers and days as text."""
    return {d.value: {name: _plain(getattr(seen, name)) for name in names} for d, names in LOOKED_AT.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [{key: _plain(part) for key, part in asdict(row).items()} for row in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def _digest(rule_set: LampRuleSet, seen: Sequence[Candidate], looked: Sequence[dict[str, Any]]) -> str:
    """SHA-256 of the rules and everything looked at, so that nothing is judged twice."""
    line = [rule_set.pk, rule_set.parameters, [
        [candidate.code, inputs, candidate.overrides] for candidate, inputs in zip(seen, looked, strict=True)]]
    return hashlib.sha256(json.dumps(line, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# ---- what follows from a run


def _follow(area: Area, run: LampRun, on: date, by: Person | None, at: datetime) -> Followed:
    """Alerts for everything that stands bad now; open alerts of what is good again are cleared."""
    if not judging.speaks(area):
        return Followed()
    lamps = followup.follow(family="lamp", area=area, standing=_edges(area, run, on), on=on, by=by, at=at)
    owed = followup.follow(family="waiver", area=area, standing=_owed(area, on), on=on, by=by, at=at)
    return lamps + owed


def _edges(area: Area, run: LampRun, on: date) -> list[Edge]:
    names = [dimension.value for dimension in rules.JUDGED]
    bad = Q()
    for name in names:
        bad |= Q(**{f"{name}__in": sorted(rules.BAD)})
    rows = run.snapshots.filter(bad).select_related("project").only(
        "run", *names, "reasons", "project__code", "project__name", "project__area", "project__lead_unit")
    history = _months_before(area, on, names)
    return [edge for row in rows for edge in _edges_of(row, history)]


def _months_before(area: Area, on: date, names: Iterable[str]) -> dict[Any, list[dict[str, str]]]:
    """The lamps at the end of each earlier month the ladder looks back on, oldest first, by project."""
    first = periods.first_of(on)
    runs: dict[date, int] = {}
    for pk, as_of in (LampRun.objects.filter(area=area, as_of__lt=first, as_of__gte=periods.shifted(first, -LOOK_BACK))
                      .order_by("as_of", "number").values_list("pk", "as_of")):
        runs[periods.first_of(as_of)] = pk
    found: dict[Any, dict[int, dict[str, str]]] = {}
    rows = LampSnapshot.objects.filter(run__in=runs.values(), overall__in=sorted(rules.BAD))
    for row in rows.values("project", "run", *names):
        found.setdefault(row["project"], {})[row["run"]] = row
    return {pk: [months.get(run, {}) for run in runs.values()] for pk, months in found.items()}


def _edges_of(row: LampSnapshot, history: Mapping[Any, list[dict[str, str]]]) -> Iterable[Edge]:
    for dimension in rules.JUDGED:
        now = Lamp(getattr(row, dimension.value))
        if now not in rules.BAD:
            continue
        earlier = [Lamp(m.get(dimension.value, Lamp.GREEN)) for m in history.get(row.project_id, [])]
        kind = rules.rung([*earlier, now])
        if kind is not None:
            yield _edge(row.project, dimension.value, kind, now.value, row.reasons.get(dimension.value, {}),
                        cause=_cause(row, dimension))


def _cause(row: LampSnapshot, dimension: Dimension) -> str:
    """What stands behind a bad lamp when it lights several: a start that is missing, or one problem by its name."""
    subject, reason = journal.subject_of(row.project), row.reasons.get(dimension.value, {})
    unstarted = getattr(row, Dimension.START.value) in rules.BAD
    if unstarted and (dimension in NOT_STARTED or reason.get("code") == "element_gate_missed"):
        return f"{subject}|unstarted"
    name = str(reason.get("values", {}).get("name", ""))
    if dimension in (Dimension.ELEMENT, Dimension.ISSUE) and name:
        return f"{subject}|{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return ""


def _edge(project: Project, dimension: str, kind: AlertKind, lamp: str, reason: dict[str, Any],
          due_on: date | None = None, cause: str = "") -> Edge:
    return Edge(cause=cause, subject=journal.subject_of(project), dimension=dimension, kind=kind, lamp=lamp,
                reason=reason, title=project.name, url_name="projects:project", url_key=project.code,
                area_id=project.area_id, unit_id=project.lead_unit_id, due_on=due_on)


def _owed(area: Area, on: date) -> list[Edge]:
    return [_edge(p.project, p.gate, AlertKind.OBLIGATION, "", {
        "code": "waiver_due", "values": {"gate": p.get_gate_display(), "on": str(p.waiver_due_on)}}, p.waiver_due_on)
        for p in judging.obligations(area, on)]


# ---- a named person's lamp


@transaction.atomic
def override(*, project: Project, dimension: Dimension, lamp: Lamp, reason: str, until: date, by: Person,
             at: datetime, from_on: date) -> LampOverride:
    """The lamp shows as named, beside the computed one, at once and until its last day. Office only."""
    access.require(by, Role.OFFICE, Role.CITY, area=project.area)
    if not reason.strip():
        raise CannotOverride("调整灯色须写明理由")
    if until < from_on:
        raise CannotOverride("截止日期不能早于起始日期")
    if (until - from_on).days > 366:
        raise CannotOverride("调整灯色最长一年，到期再议")
    kept = LampOverride.objects.create(project=project, dimension=dimension, lamp=lamp, reason=reason.strip(),
                                       from_on=from_on, until=until, by=by, at=at)
    journal.write(verb="lamp.overridden", by=by, at=at, subject=project, area=project.area, unit=project.lead_unit,
                  data={"dimension": dimension, "lamp": lamp, "reason": kept.reason, "until": until})
    _show(project, from_on)
    return kept


def _show(project: Project, on: date) -> None:
    """The latest snapshot of each area that judged the project shows the named lamps in force."""
    named = {row.dimension: Lamp(row.lamp) for row in
             project.lamp_overrides.filter(from_on__lte=on, until__gte=on).order_by("at", "pk")}
    latest: dict[int, LampSnapshot] = {}
    for row in LampSnapshot.objects.filter(project=project).select_related("run").order_by("run__as_of", "run__number"):
        latest[row.run.area_id] = row
    for row in latest.values():
        computed = {dimension: Lamp(getattr(row, dimension.value)) for dimension in Dimension}
        row.shown = rules.shown(computed, named)
        row.save(update_fields=["shown"])
