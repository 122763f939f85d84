"""The days of gates that a sheet tells: what has happened is claimed, never verified; what lies ahead is forecast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max

from ...imports import GATE_OF
from ...models import GatePassage, Milestone
from ...rules import gates as rules
from ...words import Gate
from .writing import BATCH, REASON, Pen, Stroke, gate_columns, rewrite

#: Milestones that an import adds stand behind those of a template.
BEHIND = 1000


def write_days(strokes: Sequence[Stroke], pen: Pen) -> dict[str, int]:
    """Returns how many gates were claimed and how many forecasts were set."""
    claims: list[tuple[Stroke, Gate, date]] = []
    forecasts: list[tuple[Stroke, Gate, date]] = []
    for stroke in strokes:
        for column in gate_columns(stroke):
            day = date.fromisoformat(stroke.fields[column])
            (forecasts if day > pen.today else claims).append((stroke, GATE_OF[column], day))
    return {"claims": write_claims(claims, pen), "forecasts": write_forecasts(forecasts)}


def write_claims(claims: Sequence[tuple[Stroke, Gate, date]], pen: Pen) -> int:
    """Each gate is claimed with its day and waits for its verifier; an open claim of another day steps back."""
    keys = [s.project.pk for s, _, _ in claims if s.known and s.project]
    passages = GatePassage.objects.filter(project_id__in=keys)
    last: dict[tuple[Any, str], int] = {
        (key, gate): number for key, gate, number in passages.order_by().values("project_id", "gate")
        .annotate(number=Max("sequence")).values_list("project_id", "gate", "number")}
    standing = {(p.project_id, p.gate): p for p in passages.filter(in_force=True)}
    wanted = {(s.project.pk, gate.value) for s, gate, _ in claims if s.project}
    GatePassage.objects.filter(pk__in=[p.pk for k, p in standing.items() if k in wanted]).update(in_force=False)
    new = []
    for stroke, gate, day in claims:
        assert stroke.project is not None
        key = (stroke.project.pk, gate.value)
        new.append(GatePassage(
            project=stroke.project, gate=gate, rank=rules.RANK[gate], sequence=last.get(key, 0) + 1, event_on=day,
            claimed_by=pen.by, claimed_unit_id=pen.organisation.pk if pen.organisation else stroke.project.lead_unit_id,
            claimed_at=pen.at, supersedes=standing.get(key), reason=REASON, rule_version=rules.VERSION))
    GatePassage.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def write_forecasts(forecasts: Sequence[tuple[Stroke, Gate, date]]) -> int:
    """The milestone of the gate is forecast for the day; one is added where the project has none."""
    keys = [s.project.pk for s, _, _ in forecasts if s.known and s.project]
    held = {(m.project_id, m.gate): m for m in Milestone.objects.filter(project_id__in=keys).exclude(gate="")}
    new, same = [], []
    for stroke, gate, day in forecasts:
        assert stroke.project is not None
        milestone = held.get((stroke.project.pk, gate.value))
        if milestone is None:
            new.append(Milestone(project=stroke.project, position=BEHIND + rules.RANK[gate], name=gate.zh, gate=gate,
                                 forecast_on=day))
        else:
            milestone.forecast_on = day
            same.append(milestone)
    Milestone.objects.bulk_create(new, batch_size=BATCH)
    rewrite(Milestone, same, ["forecast_on"])
    return len(new) + len(same)
