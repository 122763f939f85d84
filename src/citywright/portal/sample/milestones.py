"""The sample's milestones: baseline, forecast and actual days of each node, between the gates' days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from citywright.projects.actions import milestones
from citywright.projects.models import Milestone
from citywright.projects.words import Gate

from .days import passages
from .diary import Act, Diary
from .figures import TODAY, Row, rows
from .way import at_nine

#: Days from the planned start, or before it, at which a gate is planned that nothing else fixes.
BEFORE_START = {Gate.G1A: -300, Gate.G2: -240, Gate.G3: -100, Gate.G4P: -12, Gate.G4C: -2}
AFTER_START = {Gate.G4: 0, Gate.G4S: 40}
AFTER_FINISH = {Gate.G5: 0, Gate.G6: 60, Gate.G7: 430}


def note_milestones(diary: Diary) -> None:
    """Every project whose category has a template is laid out in January, and its days are brought up to date."""
    for row in rows():
        if row.thing.category == "unclassified":
            continue
        diary.note(at_nine(TODAY - timedelta(days=6), row.number), laying_out(diary, row))


def laying_out(diary: Diary, row: Row) -> Act:
    """The unit's clerk lays out the nodes and gives all of them their days at once."""
    def act(at: datetime) -> None:
        by = diary.ground.clerks[row.unit.code]
        nodes = milestones.lay_out(project=diary.projects[row.number], by=by, at=at)
        milestones.set_many(project=diary.projects[row.number], by=by, at=at,
                            rows=list(zip(nodes, days_of(row, nodes), strict=True)))
    return act


def planned_on(row: Row, gate: Gate) -> date:
    """The day a gate is planned for."""
    if gate in AFTER_FINISH:
        return row.planned_finish + timedelta(days=AFTER_FINISH[gate])
    return row.planned_start + timedelta(days=(BEFORE_START | AFTER_START).get(gate, -350))


def days_of(row: Row, nodes: Sequence[Milestone]) -> list[dict[str, Any]]:
    """The days of every node: gates on their own, the nodes between them spaced evenly."""
    chance = Random(f"milestones {row.number}")
    reached = {p.gate: p.on for p in passages(row) if p.verified_at}
    slip = timedelta(days=chance.choice((0, 0, 0, 0, 12, 25, 45, 95)))
    plans = spread([planned_on(row, Gate(node.gate)) if node.gate else None for node in nodes])
    facts = spread([reached.get(Gate(node.gate), planned_on(row, Gate(node.gate)) + slip) if node.gate else None
                    for node in nodes])
    last = max((i for i, node in enumerate(nodes) if node.gate in reached), default=-1)
    found = []
    for i, (node, planned, real) in enumerate(zip(nodes, plans, facts, strict=True)):
        changes: dict[str, Any] = {"baseline_from": begin(plans, i), "baseline_on": planned,
                                   "responsible": row.unit.short}
        done = node.gate in reached or (not node.gate and (i <= last or real <= TODAY - timedelta(days=20)))
        if not done:
            changes["forecast_on"] = max(real, TODAY + timedelta(days=5 + i))
        elif not node.gate:
            changes["actual_on"] = min(real, TODAY - timedelta(days=8))
        if done or begin(facts, i) < TODAY:
            changes["started_on"] = min(begin(facts, i), changes.get("actual_on", TODAY))
        found.append(changes)
    return found


def begin(days: Sequence[date], i: int) -> date:
    """When work on a node begins: when the one before ends, at most two thirds of a year earlier."""
    return max(days[i - 1] if i else days[0] - timedelta(days=30), days[i] - timedelta(days=240))


def spread(days: Sequence[date | None]) -> list[date]:
    """The days with the gaps filled: evenly between two known ones, thirty days apart before and after."""
    known = [(i, day) for i, day in enumerate(days) if day]
    found = []
    for i, day in enumerate(days):
        before = next((pair for pair in reversed(known) if pair[0] <= i), None)
        after = next((pair for pair in known if pair[0] >= i), None)
        if day is None and before and after:
            day = before[1] + (after[1] - before[1]) * (i - before[0]) / (after[0] - before[0])
        elif day is None and before:
            day = before[1] + timedelta(days=30 * (i - before[0]))
        elif day is None and after:
            day = after[1] - timedelta(days=30 * (after[0] - i))
        assert day is not None
        found.append(day)
    return found
